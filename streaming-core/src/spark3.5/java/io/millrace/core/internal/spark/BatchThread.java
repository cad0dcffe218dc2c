package io.millrace.core.internal.spark;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.MicroBatchExecution;
import org.apache.spark.sql.execution.streaming.StreamExecution;
import org.apache.spark.sql.execution.streaming.StreamingQueryWrapper;
import org.apache.spark.sql.execution.streaming.TERMINATED$;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;

/** What runs the batches of a query, that of Spark 3.5, with Scala 2.12. */
public final class BatchThread {
    private static final Optional<Method> SESSION = Arrays.stream(StreamExecution.class.getDeclaredMethods())
            .filter(method -> method.getName().equals("sparkSessionForStream") && method.getParameterCount() == 0)
            .findFirst();

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

    /** Whether {@link #session()} works, which uses a private method of Spark 3.5. */
    public static boolean hasSession() {
        return SESSION.isPresent();
    }

    /** The session that the query has to itself, from which it takes its settings. */
    public SparkSession session() {
        try {
            Method session = SESSION.orElseThrow();
            session.setAccessible(true);
            return (SparkSession) session.invoke(execution);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    public OutputMode outputMode() {
        return execution.outputMode();
    }

    public boolean runsMicroBatches() {
        return execution instanceof MicroBatchExecution;
    }

    /** Keeps the query from starting another batch; a running one continues. Spark's own loop checks this state. */
    public void startNoMoreBatches() {
        execution.state().set(TERMINATED$.MODULE$);
    }
}
