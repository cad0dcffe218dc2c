package io.millrace.sinks;

import java.io.Serializable;
import java.time.Duration;

/** When a writer flushes, and how long it tries. */
record FlushLimits(int rows, long bytes, Duration age, Duration retryFor) implements Serializable {
    static final FlushLimits DEFAULT =
            new FlushLimits(20_000, 16L << 20, Duration.ofSeconds(10), Duration.ofMinutes(2));

    FlushLimits rows(int rows) {
        return new FlushLimits((int) positive("rowsPerFlush", rows), bytes, age, retryFor);
    }

    FlushLimits bytes(long bytes) {
        return new FlushLimits(rows, positive("bytesPerFlush", bytes), age, retryFor);
    }

    FlushLimits age(Duration age) {
        return new FlushLimits(rows, bytes, notNegative("flushAfter", age), retryFor);
    }

    FlushLimits retryFor(Duration retryFor) {
        return new FlushLimits(rows, bytes, age, notNegative("retryFor", retryFor));
    }

    private static long positive(String call, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    call + "(" + value + "): a flush carries at least one row. Use 1 or more.");
        }
        return value;
    }

    private static Duration notNegative(String call, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(call + "(" + value + "): a duration here is zero or more.");
        }
        return value;
    }
}
