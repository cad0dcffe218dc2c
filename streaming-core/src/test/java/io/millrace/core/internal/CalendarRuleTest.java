package io.millrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.CalendarRule.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Days, weeks and months of a zone, across every kind of clock change. */
class CalendarRuleTest {
    private static final long FIRST_YEAR = Instant.parse("1850-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_YEAR = Instant.parse("2150-01-01T00:00:00Z").getEpochSecond();
    private static final int TIMES_A_ZONE = 200;

    @ParameterizedTest
    @CsvSource({
        // Brussels, the day before, of and after the clock changes
        "Europe/Brussels,   2026-03-28T12:00:00Z, 2026-03-27T23:00:00Z, 2026-03-28T23:00:00Z",
        "Europe/Brussels,   2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "Europe/Brussels,   2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        // 02:30 comes twice, both in the same day
        "Europe/Brussels,   2026-10-25T00:30:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "Europe/Brussels,   2026-10-25T01:30:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        // the last microsecond and the first
        "Europe/Brussels,   2026-10-25T22:59:59.999999Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "Europe/Brussels,   2026-10-25T23:00:00Z, 2026-10-25T23:00:00Z, 2026-10-26T23:00:00Z",
        // days without a midnight
        "America/Sao_Paulo, 2018-11-04T12:00:00Z, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z",
        "Asia/Beirut,       2022-03-27T12:00:00Z, 2022-03-26T22:00:00Z, 2022-03-27T21:00:00Z",
        "Africa/Cairo,      2024-04-26T12:00:00Z, 2024-04-25T22:00:00Z, 2024-04-26T21:00:00Z",
        // a day that midnight comes twice to, or that goes back before it
        "America/Havana,    2022-11-06T12:00:00Z, 2022-11-06T04:00:00Z, 2022-11-07T05:00:00Z",
        "America/Sao_Paulo, 2018-02-17T12:00:00Z, 2018-02-17T02:00:00Z, 2018-02-18T03:00:00Z",
        // from 00:01 back to 23:01: the next day had started
        "America/St_Johns,  2006-10-29T02:30:30Z, 2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
        "America/St_Johns,  2006-10-29T02:31:30Z, 2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
        // no 30 December in Samoa
        "Pacific/Apia,      2011-12-30T09:00:00Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
        "Pacific/Apia,      2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
        // half an hour, local mean time, no zone at all
        "Australia/Lord_Howe, 2026-04-05T00:00:00Z, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z",
        "Europe/Brussels,   1850-06-01T12:00:00Z, 1850-05-31T23:42:30Z, 1850-06-01T23:42:30Z",
        "+05:30,            2026-03-29T12:00:00Z, 2026-03-28T18:30:00Z, 2026-03-29T18:30:00Z"
    })
    void days(String zone, String time, String start, String end) {
        assertThat(describe(rule(zone, ChronoUnit.DAYS, 1).at(micros(time)))).isEqualTo(start + " " + end);
    }

    @ParameterizedTest
    @CsvSource({
        "WEEKS,  1,  2026-03-29T12:00:00Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
        "WEEKS,  7,  2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-04-04T22:00:00Z",
        "WEEKS,  1,  2026-10-25T12:00:00Z, 2026-10-18T22:00:00Z, 2026-10-25T23:00:00Z",
        "MONTHS, 1,  2026-03-31T22:30:00Z, 2026-03-31T22:00:00Z, 2026-04-30T22:00:00Z",
        "MONTHS, 1,  2026-10-31T12:00:00Z, 2026-09-30T22:00:00Z, 2026-10-31T23:00:00Z",
        "MONTHS, 1,  2024-02-29T23:30:00Z, 2024-02-29T23:00:00Z, 2024-03-31T22:00:00Z",
        "MONTHS, 3,  2026-03-29T12:00:00Z, 2025-12-31T23:00:00Z, 2026-03-31T22:00:00Z",
        "MONTHS, 12, 2026-12-31T22:59:59Z, 2025-12-31T23:00:00Z, 2026-12-31T23:00:00Z"
    })
    void weeksAndMonths(ChronoUnit unit, int number, String time, String start, String end) {
        assertThat(describe(rule("Europe/Brussels", unit, number).at(micros(time))))
                .isEqualTo(start + " " + end);
    }

    /** Against the local dates of java.time, which the rule does not ask for the ends. */
    @Test
    void everyTimeOfEveryZoneIsInOnePeriodOfItsDates() {
        Random random = new Random(1);
        List<CalendarRule> kinds = List.of(
                rule("UTC", ChronoUnit.DAYS, 1),
                rule("UTC", ChronoUnit.WEEKS, DayOfWeek.SUNDAY.getValue()),
                rule("UTC", ChronoUnit.MONTHS, 1),
                rule("UTC", ChronoUnit.MONTHS, 3));
        for (String id : ZoneId.getAvailableZoneIds()) {
            ZoneId zone = ZoneId.of(id);
            for (int time = 0; time < TIMES_A_ZONE; time++) {
                long micros = nearAChange(zone, random.nextLong(FIRST_YEAR, LAST_YEAR), random) * 1_000_000L
                        + random.nextLong(1_000_000L);
                for (CalendarRule kind : kinds) {
                    isRight(new CalendarRule(zone, kind.unit(), kind.number()), micros);
                }
            }
        }
    }

    /** Half of the times are within two days of a clock change, if there is one after {@code second}. */
    private static long nearAChange(ZoneId zone, long second, Random random) {
        var change = zone.getRules().nextTransition(Instant.ofEpochSecond(second));
        return change == null || random.nextBoolean()
                ? second
                : change.toEpochSecond() + random.nextLong(-172_800, 172_800);
    }

    private static void isRight(CalendarRule rule, long micros) {
        Period period = rule.at(micros);
        String what = rule.describe() + " at " + instant(micros) + ": " + describe(period);
        assertThat(period.has(micros)).as(what).isTrue();
        assertThat(rule.at(period.start())).as(what).isEqualTo(period);
        assertThat(rule.at(period.end() - 1)).as(what).isEqualTo(period);
        assertThat(rule.at(period.end()).start()).as(what).isEqualTo(period.end());
        // The first instant that has its date or a later one; none before it has.
        LocalDate first = LocalDate.ofInstant(instant(period.start()), rule.zone());
        assertThat(first).as(what).matches(startsA(rule));
        assertThat(LocalDate.ofInstant(instant(period.start() - 1), rule.zone()))
                .as(what)
                .isBefore(first);
        assertThat(LocalDate.ofInstant(instant(micros), rule.zone()))
                .as(what)
                .isBetween(first.minusDays(1), last(rule, first));
    }

    private static Predicate<LocalDate> startsA(CalendarRule rule) {
        return date -> switch (rule.unit()) {
            case WEEKS -> date.getDayOfWeek().getValue() == rule.number() || isAfterASkippedDay(rule, date);
            case MONTHS ->
                (date.getDayOfMonth() == 1 && date.getMonth().compareTo(Month.JANUARY) % rule.number() == 0)
                        || isAfterASkippedDay(rule, date);
            default -> true;
        };
    }

    private static boolean isAfterASkippedDay(CalendarRule rule, LocalDate date) {
        LocalDate before = date.minusDays(1);
        return !LocalDate.ofInstant(before.atStartOfDay(rule.zone()).toInstant(), rule.zone())
                .equals(before);
    }

    private static LocalDate last(CalendarRule rule, LocalDate first) {
        return first.plus(rule.unit() == ChronoUnit.MONTHS ? rule.number() : 1, rule.unit());
    }

    @Test
    void timesAtTheEndsOfTheTypeHaveAWindow() {
        CalendarRule days = rule("Europe/Brussels", ChronoUnit.DAYS, 1);

        assertThat(days.at(Long.MAX_VALUE).end()).isEqualTo(Long.MAX_VALUE);
        assertThat(days.at(Long.MIN_VALUE).start()).isEqualTo(Long.MIN_VALUE);
        assertThat(describe(days.at(micros("-0044-03-15T12:00:00Z"))))
                .isEqualTo("-0044-03-14T23:42:30Z -0044-03-15T23:42:30Z");
        assertThat(describe(days.at(micros("+10000-07-01T12:00:00Z"))))
                .isEqualTo("+10000-06-30T22:00:00Z +10000-07-01T22:00:00Z");
    }

    private static CalendarRule rule(String zone, ChronoUnit unit, int number) {
        return new CalendarRule(ZoneId.of(zone), unit, number);
    }

    private static long micros(String time) {
        Instant instant = Instant.parse(time);
        return instant.getEpochSecond() * 1_000_000L + instant.getNano() / 1_000;
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static String describe(Period period) {
        return instant(period.start()) + " " + instant(period.end());
    }
}
