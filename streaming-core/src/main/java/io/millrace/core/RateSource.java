package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.SparkInterval;
import java.time.Duration;
import java.util.List;

/**
 * Generated rows, for testing and load tests: {@code timestamp}, and {@code value}, a bigint that counts up from 0. A
 * replayed batch gives the same rows. Immutable: every call returns a copy.
 *
 * <pre>{@code Sources.rate().rowsPerSecond(1_000)}</pre>
 */
public final class RateSource extends CheckedSource {
    private final ReaderSpec reading;

    RateSource(ReaderSpec reading) {
        this.reading = reading;
    }

    /** Rows each second, over all partitions. Default 1. */
    public RateSource rowsPerSecond(long rows) {
        return with("rowsPerSecond", atLeastOne("rowsPerSecond", rows));
    }

    /** The time to reach full speed, in whole seconds. Default zero. */
    public RateSource rampUpTime(Duration time) {
        notNull("rampUpTime(time)", time);
        SparkInterval.notNegative("rampUpTime", time);
        if (!time.equals(Duration.ofSeconds(time.toSeconds()))) {
            throw new IllegalArgumentException("rampUpTime(" + time + "): Spark counts it in whole seconds. Round it.");
        }
        return with("rampUpTime", time.toSeconds() + "s");
    }

    /** The tasks of a micro-batch. Default Spark's default parallelism. */
    public RateSource numPartitions(int partitions) {
        return with("numPartitions", atLeastOne("numPartitions", partitions));
    }

    @Override
    ReaderSpec reading() {
        return reading;
    }

    @Override
    List<Problem> problems() {
        return List.of();
    }

    private RateSource with(String key, Object value) {
        return new RateSource(reading.with(key, value));
    }

    private static long atLeastOne(String call, long count) {
        if (count < 1) {
            throw new IllegalArgumentException(call + "(" + count + "): must be at least 1.");
        }
        return count;
    }
}
