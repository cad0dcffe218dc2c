package io.millrace.core.internal;

import java.io.Serial;
import java.io.Serializable;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/**
 * Cuts time into days, weeks or months of a zone. A period starts at the first instant of its first day, which need not
 * be 00:00, and ends where the next one starts; a day that the zone has skipped has no period.
 *
 * @param number the first day of a week, or how many months a period has, counted from January
 */
public record CalendarRule(ZoneId zone, ChronoUnit unit, int number) implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A period, in microseconds since 1970-01-01T00:00:00Z. */
    public record Period(long start, long end) {
        public boolean has(long micros) {
            return start <= micros && micros < end;
        }
    }

    /** The period of a time. The start and the end are those of the type if they are beyond it. */
    public Period at(long micros) {
        Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        LocalDate first = first(LocalDate.ofInstant(time, zone));
        // A clock that goes back over midnight shows the end of a day again, after the next one has started.
        while (!time.isBefore(start(next(first)))) {
            first = next(first);
        }
        return new Period(micros(start(first)), micros(start(next(first))));
    }

    private Instant start(LocalDate first) {
        return first.atStartOfDay(zone).toInstant();
    }

    /** The first day of the period of {@code date}. */
    private LocalDate first(LocalDate date) {
        return switch (unit) {
            case WEEKS -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.of(number)));
            case MONTHS -> date.withDayOfMonth(1).minusMonths(Math.floorMod(date.getMonthValue() - 1, number));
            default -> date;
        };
    }

    private LocalDate next(LocalDate first) {
        return first.plus(unit == ChronoUnit.MONTHS ? number : 1, unit);
    }

    private static long micros(Instant time) {
        try {
            // ChronoUnit.MICROS.between goes by way of nanoseconds, which end in 2262.
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
        } catch (ArithmeticException e) {
            return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** {@code weeks from SUNDAY in Europe/Brussels}. */
    public String describe() {
        String what = switch (unit) {
            case WEEKS -> "weeks from " + DayOfWeek.of(number);
            case MONTHS -> number == 1 ? "months" : "periods of " + number + " months";
            default -> "days";
        };
        return what + " in " + zone;
    }
}
