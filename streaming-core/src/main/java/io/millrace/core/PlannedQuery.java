package io.millrace.core;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A query that has not started: what a {@link Sink} looks at when it is asked whether it can take it.
 *
 * @param name the name of the query
 * @param rows the rows that the sink would get; empty where a step before is refused so that they are not known, and the
 *     sink says what else is wrong
 * @param outputMode which rows of the result a micro-batch gives
 * @param trigger when a micro-batch starts
 * @param checkpoint the checkpoint location, where one is set
 */
public record PlannedQuery(
        String name, Optional<Dataset<Row>> rows, OutputMode outputMode, Trigger trigger, Optional<String> checkpoint) {
    /** Whether Spark keeps state from batch to batch for it: for aggregates, duplicates, joins of streams, limits. */
    public boolean isStateful() {
        return rows.filter(SparkInternals::isStateful).isPresent();
    }
}
