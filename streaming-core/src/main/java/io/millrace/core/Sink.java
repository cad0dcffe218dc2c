package io.millrace.core;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/**
 * Where rows go. An immutable value that sets the format and its options alone: output mode, trigger, name and
 * checkpoint belong to the query. A sink that implements {@link BatchSink} can share a read with others.
 *
 * <pre>{@code Sinks.console().write(counts).outputMode("update").start();}</pre>
 */
@FunctionalInterface
public interface Sink {
    /** Spark's own writer on {@code rows}, ready for output mode, trigger, checkpoint and start. */
    DataStreamWriter<Row> write(Dataset<Row> rows);

    /**
     * Everything that this sink refuses about {@code query}; empty if it accepts it. Runs on the driver before the
     * query starts. It may query the target system, must not write, and reports a target that does not answer as a
     * problem.
     */
    default List<Problem> check(PlannedQuery query) {
        return List.of();
    }

    /**
     * Warnings about a query that {@link #check} accepts: it runs, but may not do what is meant. As {@code check}, this
     * runs on the driver before the query starts, and must not write.
     */
    default List<Problem> notes(PlannedQuery query) {
        return List.of();
    }

    /**
     * Where the rows go, a line for each target, without secrets and without settings that may change: a table, a
     * topic, a directory. A checkpoint keeps them, so that a later start can say that another target lacks the earlier
     * rows.
     */
    default List<String> targets() {
        return List.of("a sink of your own");
    }

    /** The lines of {@link Pipeline#describe()} for a sink that is several; empty for one that is one. */
    default List<String> describeBranches() {
        return List.of();
    }

    /** The same for {@link Pipeline#describe(org.apache.spark.sql.SparkSession)}, with the columns of each branch. */
    default List<String> describeBranches(Dataset<Row> rows) {
        return describeBranches();
    }

    /** One line for {@link Pipeline#describe()}, without secrets. */
    default String describe() {
        return "a sink of your own";
    }
}
