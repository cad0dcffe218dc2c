package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hits.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.CalendarWindow;
import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import io.millrace.core.WindowedAggregation;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Windows of a calendar are emitted, evicted and restarted like any other, with 23 and 25 hours. */
@StreamingTest
class CalendarWindowsTest {
    private static final ZoneId BRUSSELS = ZoneId.of("Europe/Brussels");
    private static final CalendarWindow DAYS = CalendarWindow.days(BRUSSELS);

    private static WindowedAggregation days() {
        return Transforms.windowedCount("time", DAYS);
    }

    /** The clock goes from 02:00 to 03:00 on 29 March: that day has 23 hours. */
    @Test
    void daysOfTheSpringChange(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(windowed(hits, days()), append())
                .batch(
                        "two days",
                        b -> b.given(
                                        hits,
                                        row("1", "2026-03-27T23:00:00Z"),
                                        row("1", "2026-03-28T22:59:59.999999Z"),
                                        row("1", "2026-03-28T23:00:00Z"))
                                .emits(row("2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", 2))
                                .stateRows(1))
                .batch(
                        "on both sides of the change",
                        b -> b.given(
                                        hits,
                                        row("1", "2026-03-29T00:59:59Z"),
                                        row("1", "2026-03-29T01:00:00Z"),
                                        row("1", "2026-03-29T21:59:59.999999Z"))
                                .emitsNothing()
                                .stateRows(1))
                .batch(
                        "the next day",
                        b -> b.given(hits, row("1", "2026-03-29T22:00:00Z"))
                                .emits(row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 4))
                                .stateRows(1))
                .batch(
                        "late",
                        b -> b.given(hits, row("1", "2026-03-29T21:59:59Z"))
                                .dropsLate(1)
                                .emitsNothing())
                .batch(
                        "the day after",
                        b -> b.given(hits, row("1", "2026-03-30T22:00:00Z"))
                                .emits(row("2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z", 1))
                                .stateRows(1));
    }

    /** The clock goes back from 03:00 to 02:00 on 25 October: that day has 25 hours, and 02:30 comes twice. */
    @Test
    void daysOfTheAutumnChange(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(windowed(hits, days()), append())
                .batch(
                        "24 October",
                        b -> b.given(hits, row("1", "2026-10-23T22:00:00Z"), row("1", "2026-10-24T21:59:59Z"))
                                .emitsNothing())
                .batch(
                        "half past two, twice",
                        b -> b.given(hits, row("1", "2026-10-25T00:30:00Z"), row("1", "2026-10-25T01:30:00Z"))
                                .emits(row("2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z", 2)))
                .batch(
                        "the 25th hour",
                        b -> b.given(hits, row("1", "2026-10-25T22:59:59.999Z")).emitsNothing())
                .batch(
                        "26 October",
                        b -> b.given(hits, row("1", "2026-10-26T23:00:00Z"))
                                .emits(row("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 3))
                                .stateRows(1));
    }

    @Test
    void stateEmptiesWhenTheWatermarkHasPassed(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        // Spark leaves a filter of the event time above the watermark, which all rows move.
        Dataset<Row> counts = hits.rows()
                .transform(Transforms.withWatermark("time", Duration.ZERO))
                .where("time <> '2026-03-29T22:00:00Z'")
                .transform(days().by("zip"));
        kit.run(counts, append())
                .batch(
                        "a day",
                        b -> b.given(hits, row("1", "2026-03-29T12:00:00Z")).stateRows(1))
                .batch(
                        "its end",
                        b -> b.given(hits, row("1", "2026-03-29T22:00:00Z"))
                                .emits(row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "1", 1))
                                .stateRows(0));
    }

    @Test
    void weeksStartOnMonday(StreamKit kit) {
        aSundayIsIn(kit, CalendarWindow.weeks(BRUSSELS), row("2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z", 1));
    }

    @Test
    void weeksStartOnTheDayThatIsChosen(StreamKit kit) {
        CalendarWindow weeks = CalendarWindow.weeks(BRUSSELS, DayOfWeek.SUNDAY);
        aSundayIsIn(kit, weeks, row("2026-03-28T23:00:00Z", "2026-04-04T22:00:00Z", 1));
    }

    @Test
    void quartersStartInJanuary(StreamKit kit) {
        aSundayIsIn(kit, CalendarWindow.quarters(BRUSSELS), row("2025-12-31T23:00:00Z", "2026-03-31T22:00:00Z", 1));
    }

    @Test
    void years(StreamKit kit) {
        aSundayIsIn(kit, CalendarWindow.years(BRUSSELS), row("2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z", 1));
    }

    private static void aSundayIsIn(StreamKit kit, CalendarWindow window, Row expected) {
        Input<Row> hits = Hits.of(kit);
        kit.run(windowed(hits, Transforms.windowedCount("time", window)), update())
                .batch(
                        "a Sunday",
                        b -> b.given(hits, row("1", "2026-03-29T12:00:00Z")).emits(expected));
    }

    @Test
    void months(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(windowed(hits, Transforms.windowedCount("time", CalendarWindow.months(BRUSSELS))), append())
                .batch(
                        "October, and the first of November",
                        b -> b.given(
                                        hits,
                                        row("1", "2026-10-01T00:00:00Z"),
                                        row("1", "2026-10-31T22:59:59Z"),
                                        row("1", "2026-10-31T23:00:00Z"))
                                .emits(row("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", 2)));
    }

    @Test
    void completeModeKeepsAllWindows(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(windowed(hits, days()), complete())
                .batch(
                        "two days",
                        b -> b.given(hits, row("1", "2026-03-28T12:00:00Z"), row("1", "2026-03-29T12:00:00Z"))
                                .emits(
                                        row("2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", 1),
                                        row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 1)));
    }

    @Test
    void aRestartGoesOnWithItsWindows(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(windowed(hits, days()), append())
                .batch(
                        "before",
                        b -> b.given(hits, row("1", "2026-03-29T12:00:00Z")).emitsNothing())
                .restartWith(windowed(hits, days()))
                .batch(
                        "after",
                        b -> b.given(hits, row("1", "2026-03-29T13:00:00Z"), row("1", "2026-03-30T12:00:00Z"))
                                .emits(row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 2))
                                .stateRows(1));
    }

    @Test
    void aMonthOfDaysByTheTimeOfTheWindow(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        Dataset<Row> months = windowed(hits, days().by("zip").withWindowTime())
                .transform(Transforms.windowed("window_time", CalendarWindow.months(BRUSSELS))
                        .aggregate(sum("count").as("hits"), max("count").as("busiest")));
        kit.run(months, append())
                .batch(
                        "March, and April",
                        b -> b.given(
                                        hits,
                                        row("1", "2026-03-28T12:00:00Z"),
                                        row("1", "2026-03-29T12:00:00Z"),
                                        row("1", "2026-03-29T13:00:00Z"),
                                        row("1", "2026-05-01T12:00:00Z"))
                                .emits(row("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", 3, 2)));
    }

    @Test
    void rowsWithoutATimeAreCountedAsInAnyWindow(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(windowed(hits, days()), append())
                .batch(
                        "one of two",
                        b -> b.given(hits, row("1", null), row("1", "2026-03-29T12:00:00Z"))
                                .dropsWithoutEventTime(1)
                                .dropsLate(0));
    }

    @Test
    void aWindowThatWaitsIsExplained(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        StreamRun run = kit.run(windowed(hits, days()), append());

        assertThatThrownBy(() -> run.batch(
                        "a hit",
                        b -> b.given(hits, row("1", "2026-03-29T12:00:00Z"))
                                .emits(row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 1))))
                .hasMessageContaining("window 2026-03-28T23:00-2026-03-29T22:00 waits: the watermark is"
                        + " 2026-03-29T12:00; send an event at 2026-03-29T22:00 or later.");
    }

    @Test
    void aColumnNamedWindowStays(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "window STRING, time TIMESTAMP");
        kit.run(
                        windowed(
                                hits,
                                Transforms.windowed("time", DAYS)
                                        .aggregate(max("window").as("most"))),
                        update())
                .batch(
                        "a hit",
                        b -> b.given(hits, row("w", "2026-03-29T12:00:00Z"))
                                .emits(row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "w")));
    }

    @Test
    void theZoneOfTheSessionPlaysNoPart(StreamKit kit) {
        kit.spark().conf().set("spark.sql.session.timeZone", "Asia/Tokyo");
        Input<Row> hits = Hits.of(kit);
        kit.run(windowed(hits, days()), update())
                .batch(
                        "a hit",
                        b -> b.given(hits, row("1", "2026-03-29T12:00:00Z"))
                                .emits(row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 1)));
    }

    @Test
    void aFieldOfAStructIsATime(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "item STRUCT<at: TIMESTAMP>");
        kit.run(hits.rows().transform(Transforms.windowedCount("item.at", DAYS)), update())
                .batch(
                        "a hit",
                        b -> b.given(hits, row(row("2026-03-29T12:00:00Z")))
                                .emits(row("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 1)));
    }

    @Test
    void aTimeWithoutAZoneIsRefused(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "time TIMESTAMP_NTZ");

        assertThatThrownBy(() -> hits.rows().transform(days()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("windowed(time): the column is timestamp_ntz, but timestamp is required");
    }

    @Test
    void windowsOfACalendarDoNotSlide() {
        assertThatThrownBy(() -> days().every(Duration.ofHours(1)))
                .hasMessage("every(PT1H): windows of a calendar do not overlap. Leave it out.");
        assertThatThrownBy(() -> days().startingAt(Duration.ofHours(1)))
                .hasMessageContaining("start when their first day starts");
        assertThat(days().by(col("zip")).describe()).isEqualTo("windowed(time, days in Europe/Brussels).by(zip)");
    }
}
