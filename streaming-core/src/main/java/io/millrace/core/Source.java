package io.millrace.core;

import io.millrace.core.internal.Arguments;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Where rows come from. An immutable value: two loads give two independent reads.
 *
 * <pre>{@code Dataset<Row> hits = Sources.kafka("localhost:9092").topics("hits").load(spark);}</pre>
 */
@FunctionalInterface
public interface Source {
    /**
     * A streaming {@code Dataset}; nothing is read before a query on it starts.
     *
     * @throws ValidationException if the settings of the source cannot work
     */
    Dataset<Row> load(SparkSession spark);

    /**
     * This source with {@code step} on its rows, such as before a {@link Sources#union}; checked like a step of a
     * {@link Pipeline}.
     */
    default Source via(Transform step) {
        return new ShapedSource(this, Arguments.required("via", "step", step));
    }

    /** One line for {@link Pipeline#describe()}, without secrets. */
    default String describe() {
        return "a source of your own";
    }
}
