package io.millrace.core;

import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/**
 * Watches the queries of a session and says what goes wrong: Kafka lag, late rows that were dropped, a watermark that
 * stands still while rows come, a batch that failed, malformed documents, rows without an event time. It says so in the
 * log, and as figures in Spark's own metrics system under {@code millrace.<query>}: {@code lag-rows},
 * {@code late-rows-dropped}, {@code watermark-stalled-ms}, {@code since-progress-ms}, {@code failures},
 * {@code malformed-rows} and {@code rows-without-event-time}. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Health.Watch watch = StreamingQueries.health().lagOver(1_000_000).watermarkStalledFor(Duration.ofMinutes(5)).watch(spark);
 * }</pre>
 */
public final class Health {
    static final Health DEFAULT = new Health(100_000, Duration.ofMinutes(10), Duration.ofMinutes(1));

    final long lagRows;
    final Duration stalled;
    final Duration repeat;

    private Health(long lagRows, Duration stalled, Duration repeat) {
        this.lagRows = lagRows;
        this.stalled = stalled;
        this.repeat = repeat;
    }

    /**
     * Warns from so many rows behind the newest offset, in the Kafka partition that is furthest behind. Default 100,000.
     * Spark measures it when it plans a batch: a query without {@code maxOffsetsPerTrigger} takes all there is and
     * always shows 0; its batches grow longer instead.
     */
    public Health lagOver(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("lagOver(" + rows + "): rows cannot be negative. Use 0 for any lag.");
        }
        return new Health(rows, stalled, repeat);
    }

    /** Warns when the watermark stands so long although rows come. Default ten minutes, by the driver's clock. */
    public Health watermarkStalledFor(Duration time) {
        return new Health(lagRows, positive("watermarkStalledFor", time), repeat);
    }

    /** Says the same of the same query at most so often. Default one minute. */
    public Health repeatEvery(Duration time) {
        return new Health(lagRows, stalled, positive("repeatEvery", time));
    }

    /** Watches all queries of {@code spark}, those that start later included, until the watch is closed. */
    public Watch watch(SparkSession spark) {
        HealthListener listener = new HealthListener(this);
        spark.streams().addListener(listener);
        return () -> {
            spark.streams().removeListener(listener);
            listener.close();
        };
    }

    /** Goes on until it is closed; closing it takes its metrics away. */
    @FunctionalInterface
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    private static Duration positive(String call, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(call + "(" + time + "): the time must be above zero.");
        }
        return time;
    }
}
