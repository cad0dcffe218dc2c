package io.millrace.core;

import io.millrace.core.internal.Arguments;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/**
 * Warns in the log about the queries of a session: Kafka lag, late rows that were dropped, a watermark that does not
 * advance although rows arrive, or that leaps, a batch that failed, malformed documents, rows without an event time or
 * ahead of the clock. The queries of pipelines have their metrics in Spark's metrics system in any case, under
 * {@code millrace.query.<name>}; while a watch is open, others have them too. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Health.Watch watch = StreamingQueries.health()
 *         .lagOver(1_000_000)
 *         .watermarkStalledFor(Duration.ofMinutes(5))
 *         .watch(spark);
 * }</pre>
 */
public final class Health {
    static final Health DEFAULT =
            new Health(100_000, Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofMinutes(1));

    final long lagRows;
    final Duration stalled;
    final Duration leap;
    final Duration repeat;

    private Health(long lagRows, Duration stalled, Duration leap, Duration repeat) {
        this.lagRows = lagRows;
        this.stalled = stalled;
        this.leap = leap;
        this.repeat = repeat;
    }

    /**
     * Warns if a Kafka partition has more than this many unread rows. Default 100,000. Spark measures the lag when it
     * plans a batch: a query without {@code maxOffsetsPerTrigger} takes all rows and never lags by this measure; its
     * batches grow longer instead, as the metric {@code waiting-rows} shows.
     */
    public Health lagOver(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("lagOver(" + rows + "): rows cannot be negative. Use 0 for any lag.");
        }
        return new Health(rows, stalled, leap, repeat);
    }

    /**
     * Warns if the watermark has not advanced for this long although rows arrive. Default ten minutes of driver time.
     */
    public Health watermarkStalledFor(Duration time) {
        return new Health(lagRows, positive("watermarkStalledFor", time), leap, repeat);
    }

    /**
     * Warns if the watermark is ahead of the driver's clock by more than this, or if it has kept pace with the clock
     * and then moves further by more than this: one producer's clock may be wrong. A replay of old rows moves it fast
     * as well, but behind the clock. Default ten minutes.
     */
    public Health watermarkLeapOver(Duration time) {
        return new Health(lagRows, stalled, positive("watermarkLeapOver", time), repeat);
    }

    /** The least time between two warnings of the same kind about the same query. Default one minute. */
    public Health repeatEvery(Duration time) {
        return new Health(lagRows, stalled, leap, positive("repeatEvery", time));
    }

    /** Monitors all queries of {@code spark}, including those that start later, until the watch is closed. */
    public Watch watch(SparkSession spark) {
        Arguments.required("watch", "spark", spark);
        HealthListener listener = new HealthListener(this);
        spark.streams().addListener(listener);
        return () -> {
            spark.streams().removeListener(listener);
            listener.close();
        };
    }

    /** Monitoring that runs until it is closed; closing it removes its metrics. */
    @FunctionalInterface
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private static Duration positive(String call, Duration time) {
        if (Arguments.required(call, "time", time).isNegative() || time.isZero()) {
            throw new IllegalArgumentException(call + "(" + time + "): the time must be above zero.");
        }
        return time;
    }
}
