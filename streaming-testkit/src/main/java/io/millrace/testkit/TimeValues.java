package io.millrace.testkit;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Times, days and intervals as Spark keeps them; what Spark would cut off, or cannot hold, is refused. */
final class TimeValues {
    private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000 - 1;

    /** The units of a day-time interval, in the order of their numbers in Spark. */
    private static final List<ChronoUnit> UNITS =
            List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES, ChronoUnit.SECONDS);

    private TimeValues() {}

    static Instant instant(Object value) {
        Instant time = value instanceof Timestamp timestamp
                ? SparkRowInternals.instant(timestamp)
                : value instanceof String text ? Times.parse(text) : (Instant) value;
        checkMicroseconds(time.getEpochSecond(), time.getNano());
        return time;
    }

    static LocalDateTime local(Object value) {
        LocalDateTime time = value instanceof String text ? Times.parseLocal(text) : (LocalDateTime) value;
        instant(time.toInstant(ZoneOffset.UTC));
        return time;
    }

    static LocalDate date(Object value) {
        if (value instanceof Date date) {
            return SparkRowInternals.date(date);
        }
        LocalDate date = value instanceof String text ? LocalDate.parse(text) : (LocalDate) value;
        if (date.toEpochDay() != (int) date.toEpochDay()) {
            throw new DateTimeException("Spark keeps days in 32 bits.");
        }
        return date;
    }

    static Duration interval(Object value, DayTimeIntervalType type) {
        Duration time = value instanceof String text ? Duration.parse(text) : (Duration) value;
        checkMicroseconds(time.getSeconds(), time.getNano());
        ChronoUnit unit = UNITS.get(type.endField());
        if (unit != ChronoUnit.SECONDS && (time.getNano() != 0 || time.getSeconds() % seconds(unit) != 0)) {
            throw new DateTimeException("It keeps whole " + unit.toString().toLowerCase(Locale.ROOT) + ".");
        }
        return time;
    }

    private static long seconds(ChronoUnit unit) {
        return unit.getDuration().toSeconds();
    }

    static Period interval(Object value, YearMonthIntervalType type) {
        Period period = value instanceof String text ? Period.parse(text) : (Period) value;
        boolean isOfYears = type.endField() == YearMonthIntervalType.YEAR();
        if (!period.equals(period.withDays(0)) || (isOfYears && period.toTotalMonths() % 12 != 0)) {
            throw new DateTimeException("It keeps whole " + (isOfYears ? "years." : "months."));
        }
        return Period.ofMonths(Math.toIntExact(period.toTotalMonths())).normalized();
    }

    private static void checkMicroseconds(long seconds, int nanos) {
        if (Math.abs(seconds) > MOST_SECONDS) {
            throw new ArithmeticException("Spark keeps microseconds in 64 bits.");
        }
        if (nanos % 1000 != 0) {
            throw new DateTimeException("Spark keeps microseconds: call truncatedTo(ChronoUnit.MICROS).");
        }
    }
}
