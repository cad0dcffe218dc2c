package io.millrace.core.internal.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.runtime.MicroBatchExecution;
import org.apache.spark.sql.execution.streaming.runtime.State;
import org.apache.spark.sql.execution.streaming.runtime.StreamExecution;
import org.apache.spark.sql.execution.streaming.runtime.StreamingQueryWrapper;
import org.apache.spark.sql.execution.streaming.runtime.TERMINATED$;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.jspecify.annotations.Nullable;

/** What runs the batches of a query, that of Spark 4.1 and 4.2, with Scala 2.13. */
public final class BatchThread {
    private final StreamExecution execution;

    private BatchThread(StreamExecution execution) {
        this.execution = execution;
    }

    public static BatchThread of(StreamingQuery query) {
        return new BatchThread(
                query instanceof StreamingQueryWrapper wrapper ? wrapper.streamingQuery() : (StreamExecution) query);
    }

    /** Whether {@code error}, thrown by a batch, means that its query is being stopped. */
    public static boolean isStop(Throwable error, SparkContext context) {
        return StreamExecution.isInterruptionException(error, context);
    }

    public Thread thread() {
        return execution.queryExecutionThread();
    }

    /** The checkpoint location: the one that was set, or Spark's own temporary one. */
    public String checkpoint() {
        return execution.resolvedCheckpointRoot();
    }

    /** Whether {@link #session()} works. */
    public static boolean hasSession() {
        return true;
    }

    /** The session that the query has to itself, from which it takes its settings. */
    public SparkSession session() {
        return execution.sparkSessionForStream();
    }

    public OutputMode outputMode() {
        return execution.outputMode();
    }

    public boolean runsMicroBatches() {
        return execution instanceof MicroBatchExecution;
    }

    /** Keeps the query from starting another batch; a running one continues. Spark's own loop checks this state. */
    public void startNoMoreBatches() {
        execution.state().set(new StopAfterBatch());
    }

    /**
     * The state of a query that ends after its batch. Spark's loop sees that it has ended, and the batch that it does
     * not: Spark 4 would interrupt a batch that is still planned when its query has ended (SPARK-57963).
     */
    private static final class StopAfterBatch implements State {
        private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

        /** Spark ends a query whose state equals TERMINATED. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other == this || (other == TERMINATED$.MODULE$ && !isAskedByBatch());
        }

        @Override
        public int hashCode() {
            return TERMINATED$.MODULE$.hashCode();
        }

        /** Whether {@code runBatch} itself calls {@code isActive}, which calls {@link #equals}. */
        private static boolean isAskedByBatch() {
            return STACK.walk(frames -> frames.skip(2).limit(2).anyMatch(StopAfterBatch::isBatch));
        }

        private static boolean isBatch(StackWalker.StackFrame frame) {
            return MicroBatchExecution.class.isAssignableFrom(frame.getDeclaringClass())
                    && frame.getMethodName().equals("runBatch");
        }
    }
}
