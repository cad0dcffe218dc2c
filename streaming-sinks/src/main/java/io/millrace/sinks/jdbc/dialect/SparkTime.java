package io.millrace.sinks.jdbc.dialect;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * Converts Spark's dates and timestamps, of either Java API, to numbers counted from 2000-01-01, PostgreSQL's epoch.
 */
public final class SparkTime {
    private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
    private static final long EPOCH_SECOND = EPOCH_DAY * 86_400;
    /**
     * Before it, java.sql types may use the Julian calendar or local mean time: Spark's own conversion reverses that.
     */
    private static final long MODERN_MILLIS =
            Instant.parse("1901-01-01T00:00:00Z").toEpochMilli();

    private SparkTime() {}

    public static int days(Object date) {
        long day =
                date instanceof LocalDate local ? local.toEpochDay() : DateTimeUtils.fromJavaDate((java.sql.Date) date);
        return Math.toIntExact(day - EPOCH_DAY);
    }

    public static long micros(Object timestamp) {
        if (timestamp instanceof Timestamp sql) {
            return micros(sql);
        }
        return micros(timestamp instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : (Instant) timestamp);
    }

    /** Returns the instant that Spark means, whatever calendar the older API uses. */
    public static Instant instant(Timestamp timestamp) {
        return Instant.EPOCH.plus(Math.addExact(micros(timestamp), EPOCH_SECOND * 1_000_000L), ChronoUnit.MICROS);
    }

    public static LocalDate date(java.sql.Date date) {
        return LocalDate.ofEpochDay(DateTimeUtils.fromJavaDate(date));
    }

    public static long micros(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
    }

    private static long micros(Timestamp timestamp) {
        long millis = timestamp.getTime();
        if (millis >= MODERN_MILLIS) {
            return micros(Math.floorDiv(millis, 1_000L), timestamp.getNanos());
        }
        return Math.subtractExact(DateTimeUtils.fromJavaTimestamp(timestamp), EPOCH_SECOND * 1_000_000L);
    }

    private static long micros(Instant instant) {
        return micros(instant.getEpochSecond(), instant.getNano());
    }

    private static long micros(long epochSecond, int nanos) {
        return Math.addExact(Math.multiplyExact(epochSecond - EPOCH_SECOND, 1_000_000L), nanos / 1_000);
    }
}
