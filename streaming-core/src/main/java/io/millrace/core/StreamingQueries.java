package io.millrace.core;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.RunningQueries;
import io.millrace.core.internal.spark.SparkVersion;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running query needs in production: a stop between two micro-batches, and monitoring. For any streaming query,
 * whether a {@link Pipeline} started it or not. Safe to call from any thread.
 *
 * <pre>{@code
 * StreamingQueries.stopAtShutdown(spark, Duration.ofSeconds(25)); // SIGTERM of Kubernetes or YARN finishes the batch
 * pipeline.start(spark).awaitTermination();
 * }</pre>
 */
public final class StreamingQueries {
    private static final Logger LOG = LoggerFactory.getLogger(StreamingQueries.class);

    // Spark stops its context in a hook of this priority; hooks of a higher priority run, and end, before it.
    private static final int SPARKS_OWN_HOOK = FileSystem.SHUTDOWN_HOOK_PRIORITY + 30;
    private static final Duration TO_INTERRUPT = Duration.ofSeconds(10);

    private StreamingQueries() {}

    /**
     * Lets the running micro-batch finish and commit, starts no other, and returns when the query has ended. Spark's
     * own {@code query.stop()} interrupts the batch, and the next start reruns it. A batch that is still running after
     * {@code patience} is interrupted as well.
     *
     * @return true if no batch was interrupted; false if one was interrupted, if it failed (see
     *     {@link StreamingQuery#exception()}), or if this thread was interrupted while it waited
     * @throws IllegalArgumentException if the query runs in continuous mode, which has no batches
     * @throws IllegalStateException if called from within the batch, which would wait for itself
     */
    public static boolean stopBetweenBatches(StreamingQuery query, Duration patience) {
        Arguments.required("stopBetweenBatches", "query", query);
        Arguments.required("stopBetweenBatches", "patience", patience);
        refuseIfItCannotWait(query);
        startNoMoreBatches(query, patience);
        return awaitLastBatch(query, patience);
    }

    /**
     * Stops every query of {@code spark} between batches when the JVM is asked to end, by SIGTERM, Ctrl-C or
     * {@code System.exit}, before Spark stops itself. {@code patience} is for all of them together: keep it under the
     * time that the cluster grants (Kubernetes 30 s by default). SIGKILL cannot be caught: the next start reruns the
     * batch. Queries in continuous mode are stopped as Spark does it.
     */
    public static void stopAtShutdown(SparkSession spark, Duration patience) {
        SparkVersion.check();
        Arguments.required("stopAtShutdown", "spark", spark);
        Arguments.required("stopAtShutdown", "patience", patience);
        atShutdown(() -> stopAll(List.of(spark.streams().active()), patience), patience);
    }

    /** Runs {@code stop}, which takes {@code patience}, when the JVM is asked to end; returns what takes that back. */
    static Runnable atShutdown(Runnable stop, Duration patience) {
        ShutdownHookManager hooks = ShutdownHookManager.get();
        hooks.addShutdownHook(
                stop,
                SPARKS_OWN_HOOK + 10,
                // A longer one could overflow.
                Math.min(TimeUnit.DAYS.toMillis(365), TimeUnit.MILLISECONDS.convert(patience))
                        + TO_INTERRUPT.toMillis(),
                TimeUnit.MILLISECONDS);
        return () -> {
            if (!hooks.isShutdownInProgress()) {
                hooks.removeShutdownHook(stop);
            }
        };
    }

    /** The limits of health monitoring; monitoring starts with {@link Health#watch}. */
    public static Health health() {
        SparkVersion.check();
        return Health.DEFAULT;
    }

    /** Stops each query on its own thread, so that one that does not end does not delay the others. */
    static void stopAll(List<StreamingQuery> active, Duration patience) {
        active.stream().filter(RunningQueries::runsMicroBatches).forEach(query -> startNoMoreBatches(query, patience));
        List<Thread> stops = active.stream()
                .map(query -> new Thread(() -> stop(query, patience), "millrace stop of " + label(query)))
                .toList();
        stops.forEach(stop -> {
            stop.setDaemon(true);
            stop.start();
        });
        try {
            for (Thread stop : stops) {
                stop.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The hook has had its time.
        }
    }

    private static void stop(StreamingQuery query, Duration patience) {
        try {
            if (RunningQueries.runsMicroBatches(query)) {
                awaitLastBatch(query, patience);
            } else {
                interrupt(query);
            }
        } catch (RuntimeException e) {
            LOG.warn("Query \"{}\" did not stop: {}", label(query), e.getMessage());
        }
    }

    private static void startNoMoreBatches(StreamingQuery query, Duration patience) {
        LOG.info("Query \"{}\" stops after its running batch, within {} s.", label(query), patience.toSeconds());
        RunningQueries.startNoMoreBatches(query);
    }

    private static boolean awaitLastBatch(StreamingQuery query, Duration patience) {
        try {
            if (RunningQueries.awaitEnd(query, patience)) {
                return query.exception().isEmpty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        LOG.warn(
                "Query \"{}\" is still in its batch: the batch is interrupted now, and the next start reruns it.",
                label(query));
        interrupt(query);
        return false;
    }

    private static void interrupt(StreamingQuery query) {
        try {
            query.stop();
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "The query \"" + label(query) + "\" did not end within spark.sql.streaming.stopTimeout.", e);
        }
    }

    private static void refuseIfItCannotWait(StreamingQuery query) {
        if (!RunningQueries.runsMicroBatches(query)) {
            throw new IllegalArgumentException("stopBetweenBatches(\"" + label(query)
                    + "\"): the query runs in continuous mode, which has no batches. Call query.stop().");
        }
        if (RunningQueries.runsOnCallersThread(query)) {
            throw new IllegalStateException("stopBetweenBatches(\"" + label(query)
                    + "\") was called by the batch that it would wait for. Call it from another thread.");
        }
    }

    private static String label(StreamingQuery query) {
        return Objects.requireNonNullElseGet(query.name(), () -> query.id().toString());
    }
}
