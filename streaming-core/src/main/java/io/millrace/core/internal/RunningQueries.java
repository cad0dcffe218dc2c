package io.millrace.core.internal;

import io.millrace.core.internal.spark.BatchThread;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** Queries that run, by what Spark does not publish about them. */
public final class RunningQueries {
    private static final long POLL_MILLIS = 20;

    private RunningQueries() {}

    /** The name of the query of this JVM, in whatever session, that runs on the checkpoint at {@code location}. */
    public static Optional<String> nameOn(SparkSession spark, String location) {
        return CheckpointState.queryId(spark, location)
                .flatMap(id -> Optional.ofNullable(
                        spark.sharedState().activeStreamingQueries().get(id)))
                .map(query -> String.valueOf(query.name()));
    }

    /** The checkpoint location of a query: the one that was set, or Spark's own temporary one. */
    public static String checkpointOf(SparkSession session, String queryId) {
        return BatchThread.of(session.streams().get(UUID.fromString(queryId))).checkpoint();
    }

    /** The same of a query that may have ended. */
    public static String checkpointOf(StreamingQuery query) {
        return BatchThread.of(query).checkpoint();
    }

    /** Whether {@code error}, thrown by a batch, means that its query is being stopped. */
    public static boolean isStop(Throwable error, SparkSession session) {
        return BatchThread.isStop(error, session.sparkContext());
    }

    /** Whether {@code query} runs micro-batches, so that there is something between two of them. */
    public static boolean runsMicroBatches(StreamingQuery query) {
        return BatchThread.of(query).runsMicroBatches();
    }

    /** Whether the caller is the thread that runs the batches of {@code query}. */
    public static boolean runsOnCallersThread(StreamingQuery query) {
        return BatchThread.of(query).thread() == Thread.currentThread();
    }

    /** Keeps {@code query} from starting another batch; a running one continues. Spark's own loop checks this state. */
    public static void startNoMoreBatches(StreamingQuery query) {
        BatchThread.of(query).startNoMoreBatches();
    }

    /**
     * Waits for the end of a query that starts no more batches.
     *
     * @return whether it has ended, including its cleanup
     */
    public static boolean awaitEnd(StreamingQuery query, Duration patience) throws InterruptedException {
        Thread thread = BatchThread.of(query).thread();
        long start = System.nanoTime();
        long most = TimeUnit.NANOSECONDS.convert(patience);
        while (thread.isAlive() && System.nanoTime() - start < most) {
            if (waitsForTheNextTrigger(thread)) {
                thread.interrupt();
            }
            thread.join(POLL_MILLIS);
        }
        return !thread.isAlive();
    }

    // Only the pause between two triggers uses this method: a thread in it runs no batch, and starts none when woken.
    private static boolean waitsForTheNextTrigger(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("waitTillTime")) {
                return true;
            }
        }
        return false;
    }
}
