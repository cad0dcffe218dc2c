package io.millrace.sinks.jdbc;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a writer flushes, and how long it retries.
 *
 * @param age how long a row may wait; null until its task ends: then a task whose rows fit into one flush writes once,
 *     and its rerun never shows an earlier row of a key
 */
record FlushLimits(int rows, long bytes, @Nullable Duration age, Duration retryFor) implements Serializable {
    static final FlushLimits DEFAULT = new FlushLimits(20_000, 16L << 20, null, Duration.ofMinutes(2));

    /** Whether pending rows must be flushed, given their number, their size and the age of the oldest. */
    boolean reachedBy(int heldRows, long heldBytes, Duration waited) {
        return heldRows >= rows || heldBytes >= bytes || (heldRows > 0 && age != null && waited.compareTo(age) >= 0);
    }

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

    /** The limits that are not the default, a call each. */
    List<String> described() {
        List<String> calls = new ArrayList<>();
        if (rows != DEFAULT.rows) {
            calls.add("rowsPerFlush(" + rows + ")");
        }
        if (bytes != DEFAULT.bytes) {
            calls.add("bytesPerFlush(" + bytes + ")");
        }
        if (age != null) {
            calls.add("flushAfter(" + age + ")");
        }
        if (!retryFor.equals(DEFAULT.retryFor)) {
            calls.add("retryFor(" + retryFor + ")");
        }
        return calls;
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
