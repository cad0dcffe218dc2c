package io.millrace.core;

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

    /** One line for {@link Pipeline#describe()}, without secrets. */
    default String describe() {
        return "a source of your own";
    }
}
