package io.millrace.core.internal;

import java.time.Duration;

/** A {@link Duration} as an interval of Spark, exact to the microsecond. */
public final class SparkInterval {
    private SparkInterval() {}

    public static String of(Duration duration) {
        return microseconds(duration) + " microseconds";
    }

    /** Refuses what Spark cannot represent: finer than a microsecond, or longer than some 292,000 years. */
    public static Duration exact(String call, Duration duration) {
        Arguments.required(call, "duration", duration);
        if (duration.toNanosPart() % 1_000 != 0) {
            throw new IllegalArgumentException(
                    call + "(" + duration + "): Spark counts in microseconds. Round the duration to them.");
        }
        try {
            microseconds(duration);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    call + "(" + duration + "): longer than Spark can count. Name a shorter duration.", e);
        }
        return duration;
    }

    public static Duration positive(String call, Duration duration) {
        Arguments.required(call, "duration", duration);
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(call + "(" + duration
                    + "): must be longer than zero. Name a duration such as Duration.ofMinutes(10).");
        }
        return exact(call, duration);
    }

    public static Duration notNegative(String call, Duration duration) {
        Arguments.required(call, "duration", duration);
        if (duration.isNegative()) {
            throw new IllegalArgumentException(
                    call + "(" + duration + "): cannot be negative. Name a duration, or Duration.ZERO.");
        }
        return exact(call, duration);
    }

    private static long microseconds(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.toSeconds(), 1_000_000L), duration.toNanosPart() / 1_000);
    }
}
