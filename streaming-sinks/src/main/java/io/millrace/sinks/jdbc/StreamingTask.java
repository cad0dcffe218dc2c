package io.millrace.sinks.jdbc;

import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/** Reads what Spark 3.5 passes to each task of a streaming query, in local properties without public names. */
final class StreamingTask {
    static final String QUERY_ID = "sql.streaming.queryId";
    /** Set by continuous mode, which commits an epoch before it closes the writer. */
    private static final String CONTINUOUS = "__epoch_coordinator_id";

    private StreamingTask() {}

    /** The query's id, the same over restarts on one checkpoint; null outside of a streaming query. */
    static @Nullable String queryId() {
        return property(QUERY_ID);
    }

    static boolean isContinuous() {
        return property(CONTINUOUS) != null;
    }

    private static @Nullable String property(String name) {
        TaskContext task = TaskContext.get();
        return task == null ? null : task.getLocalProperty(name);
    }
}
