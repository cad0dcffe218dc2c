package io.millrace.core;

import org.apache.spark.sql.execution.streaming.StreamingQueryWrapper;
import org.apache.spark.sql.execution.streaming.continuous.ContinuousExecution;
import org.apache.spark.sql.streaming.StreamingQuery;

/** Queries by the continuous trigger, those of Spark 3.5. */
public final class ContinuousQueries {
    private ContinuousQueries() {}

    /** Returns when the query runs: Spark may lose an earlier stop, and then waits for ever. */
    public static void awaitFirstEpoch(StreamingQuery query) throws Exception {
        if (((StreamingQueryWrapper) query).streamingQuery() instanceof ContinuousExecution continuous) {
            continuous.awaitEpoch(0);
        } else {
            query.awaitTermination();
        }
    }
}
