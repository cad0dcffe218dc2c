package io.millrace.core.internal;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The local properties in which Spark hands a streaming query to its jobs and tasks. Spark has no public names for
 * them.
 */
public final class QueryProperties {
    private static final String QUERY_ID = "sql.streaming.queryId";
    private static final String BATCH_ID = "streaming.sql.batchId";
    private static final String RUN_ID = "spark.jobGroup.id";

    /** Set by continuous mode, which commits an epoch before it closes the writer. */
    private static final String EPOCH_COORDINATOR = "__epoch_coordinator_id";

    private static final String FIRST_EPOCH = "__continuous_start_epoch";

    /** Set by Millrace, since Spark does not tell the tasks of real-time mode apart. */
    private static final String REAL_TIME = "millrace.realTime";

    private static final String REHEARSAL = "millrace.rehearsal";

    private QueryProperties() {}

    /** The id of the query that runs on this thread of the driver, the same over restarts; null outside of a query. */
    public static @Nullable String queryId(SparkContext context) {
        return context.getLocalProperty(QUERY_ID);
    }

    /** The id of the query that {@code task} belongs to, the same over restarts; null outside of a query. */
    public static @Nullable String queryId(TaskContext task) {
        return task.getLocalProperty(QUERY_ID);
    }

    /** The id of the micro-batch that {@code task} belongs to; null outside of a micro-batch. */
    public static @Nullable String batchId(TaskContext task) {
        return task.getLocalProperty(BATCH_ID);
    }

    /** The id of the run of the query, which changes with each start; empty if the task has none. */
    public static String runId(TaskContext task) {
        String run = task.getLocalProperty(RUN_ID);
        return run == null ? "" : run;
    }

    /** Whether {@code task} belongs to a query with the continuous trigger. */
    public static boolean isContinuous(TaskContext task) {
        return task.getLocalProperty(EPOCH_COORDINATOR) != null;
    }

    /** An id of 36 characters for the run of a continuous query; it changes with each start and with new partitions. */
    public static String continuousRun(TaskContext task) {
        String coordinator = task.getLocalProperty(EPOCH_COORDINATOR);
        return coordinator.substring(Math.max(0, coordinator.length() - 36));
    }

    /** The first epoch of the run of a continuous query. */
    public static long firstEpoch(TaskContext task) {
        return Long.parseLong(task.getLocalProperty(FIRST_EPOCH));
    }

    /** Calls {@code start}, whose query runs in real-time mode, so that its tasks know it. */
    public static <T> T startingRealTime(SparkContext context, Supplier<T> start) {
        return starting(context, REAL_TIME, start);
    }

    private static <T> T starting(SparkContext context, String property, Supplier<T> start) {
        context.setLocalProperty(property, "true");
        try {
            return start.get();
        } finally {
            context.setLocalProperty(property, null);
        }
    }

    /** Calls {@code start}, whose query is a rehearsal, so that its sources know it. */
    public static <T> T startingRehearsal(SparkContext context, Supplier<T> start) {
        return starting(context, REHEARSAL, start);
    }

    /** Whether the query that runs on this thread of the driver must have no effect on where its rows come from. */
    public static boolean isRehearsal(SparkContext context) {
        return context.getLocalProperty(REHEARSAL) != null;
    }

    /** Whether {@code task} belongs to a pipeline in real-time mode, whose batches last for minutes. */
    public static boolean isRealTime(TaskContext task) {
        return task.getLocalProperty(REAL_TIME) != null;
    }
}
