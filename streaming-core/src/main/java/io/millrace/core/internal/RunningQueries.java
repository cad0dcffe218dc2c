package io.millrace.core.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.MicroBatchExecution;
import org.apache.spark.sql.execution.streaming.StreamExecution;
import org.apache.spark.sql.execution.streaming.StreamMetadata;
import org.apache.spark.sql.execution.streaming.StreamingQueryWrapper;
import org.apache.spark.sql.execution.streaming.TERMINATED$;
import org.apache.spark.sql.streaming.StreamingQuery;
import scala.Option;

/** Queries that run, by what Spark 3.5 does not publish about them. */
public final class RunningQueries {
    private static final long POLL_MILLIS = 20;

    private RunningQueries() {}

    /** The name of the query of this JVM, in whatever session, that runs on the checkpoint at {@code location}. */
    public static Optional<String> nameOn(SparkSession spark, String location) {
        Path metadata = new Path(location, "metadata");
        Option<StreamMetadata> found =
                StreamMetadata.read(metadata, spark.sessionState().newHadoopConf());
        return found.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(spark.sharedState()
                                .activeStreamingQueries()
                                .get(UUID.fromString(found.get().id())))
                        .map(query -> String.valueOf(query.name()));
    }

    /** The checkpoint location of a query: the one that was set, or Spark's own temporary one. */
    public static String checkpointOf(SparkSession session, String queryId) {
        return execution(session.streams().get(UUID.fromString(queryId))).resolvedCheckpointRoot();
    }

    /** Whether {@code error}, thrown by a batch, means that its query is being stopped. */
    public static boolean isStop(Throwable error, SparkSession session) {
        return StreamExecution.isInterruptionException(error, session.sparkContext());
    }

    /** Whether {@code query} runs micro-batches, so that there is something between two of them. */
    public static boolean runsMicroBatches(StreamingQuery query) {
        return execution(query) instanceof MicroBatchExecution;
    }

    /** Whether the caller is the thread that runs the batches of {@code query}. */
    public static boolean runsOnCallersThread(StreamingQuery query) {
        return execution(query).queryExecutionThread() == Thread.currentThread();
    }

    /** Keeps {@code query} from starting another batch; a running one continues. Spark's own loop checks this state. */
    public static void startNoMoreBatches(StreamingQuery query) {
        execution(query).state().set(TERMINATED$.MODULE$);
    }

    /**
     * Waits for the end of a query that starts no more batches.
     *
     * @return whether it has ended, including its cleanup
     */
    public static boolean awaitEnd(StreamingQuery query, Duration patience) throws InterruptedException {
        Thread thread = execution(query).queryExecutionThread();
        long deadline = System.nanoTime() + patience.toNanos();
        while (thread.isAlive() && System.nanoTime() < deadline) {
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

    private static StreamExecution execution(StreamingQuery query) {
        return query instanceof StreamingQueryWrapper wrapper ? wrapper.streamingQuery() : (StreamExecution) query;
    }
}
