package io.millrace.core;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.CalendarRule;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * Days, weeks or months of a time zone, as windows for {@link Transforms#windowedCount(String, CalendarWindow)}. The
 * zone of the session plays no part. A window starts at the first instant of its first day and ends where the next one
 * starts: a day on which the clock changes has 23 or 25 hours. Immutable.
 *
 * <pre>{@code Transforms.windowedCount("at", CalendarWindow.days(ZoneId.of("Europe/Brussels"))).by("shop")}</pre>
 */
public final class CalendarWindow {
    private final CalendarRule rule;

    private CalendarWindow(String call, ZoneId zone, ChronoUnit unit, int number) {
        this.rule = new CalendarRule(Arguments.required(call, "zone", zone), unit, number);
    }

    /** A window for each day. */
    public static CalendarWindow days(ZoneId zone) {
        return new CalendarWindow("days", zone, ChronoUnit.DAYS, 1);
    }

    /** A window for each week, which starts on Monday. */
    public static CalendarWindow weeks(ZoneId zone) {
        return weeks(zone, DayOfWeek.MONDAY);
    }

    /** A window for each week, which starts on {@code first}. */
    public static CalendarWindow weeks(ZoneId zone, DayOfWeek first) {
        Arguments.required("weeks", "first", first);
        return new CalendarWindow("weeks", zone, ChronoUnit.WEEKS, first.getValue());
    }

    /** A window for each month. */
    public static CalendarWindow months(ZoneId zone) {
        return new CalendarWindow("months", zone, ChronoUnit.MONTHS, 1);
    }

    /** A window for each quarter of a year. */
    public static CalendarWindow quarters(ZoneId zone) {
        return new CalendarWindow("quarters", zone, ChronoUnit.MONTHS, 3);
    }

    /** A window for each year. */
    public static CalendarWindow years(ZoneId zone) {
        return new CalendarWindow("years", zone, ChronoUnit.MONTHS, 12);
    }

    CalendarRule rule() {
        return rule;
    }

    /** Whether both are the same periods of the same zone. */
    @Override
    public boolean equals(Object other) {
        return other instanceof CalendarWindow that && rule.equals(that.rule);
    }

    @Override
    public int hashCode() {
        return rule.hashCode();
    }

    /** Such as {@code days in Europe/Brussels}. */
    @Override
    public String toString() {
        return rule.describe();
    }
}
