package io.millrace.core;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/**
 * Where rows go. An immutable value, which sets the format, its options and nothing else: output mode, trigger, name and
 * checkpoint belong to the query.
 *
 * <pre>{@code Sinks.console().write(counts).outputMode("update").start();}</pre>
 */
@FunctionalInterface
public interface Sink {
    /** Spark's own writer on {@code rows}, ready for output mode, trigger, checkpoint and start. */
    DataStreamWriter<Row> write(Dataset<Row> rows);

    /**
     * Everything that this sink refuses about {@code query}; empty where it accepts. Runs on the driver before the query
     * starts, may ask the target system, writes nothing, and reports a target that cannot be asked as a problem.
     */
    default List<Problem> check(PlannedQuery query) {
        return List.of();
    }

    /**
     * What runs but may not be what is meant, of a query that {@link #check} accepts. As {@code check}, it runs on the driver
     * before the query starts, and writes nothing.
     */
    default List<Problem> notes(PlannedQuery query) {
        return List.of();
    }

    /** One line for {@link Pipeline#describe()}, without secrets. */
    default String describe() {
        return "a sink of your own";
    }
}
