package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hits.BOUNDED;
import static io.millrace.testkit.Hits.BY_COLUMN;
import static io.millrace.testkit.Hits.counts;
import static io.millrace.testkit.StreamKit.row;

import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Rows that are ahead of the clock do not move the watermark; the clock of a test starts at 00:00. */
@StreamingTest
class AheadOfClockTest {
    @Test
    void oneWrongClockMakesAllOthersLateWithoutALimit(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, Transforms.withWatermark("time", Duration.ZERO)), append())
                .batch(
                        "a wrong clock",
                        b -> b.given(hits, row("1", Instant.parse("+86399-12-31T00:00:00Z")))
                                .rowsAhead(0)
                                .watermark(Instant.parse("+86399-12-31T00:00:00Z")))
                .batch("a right one", b -> b.given(hits, row("2", "00:05")).dropsLate(1));
    }

    @Test
    void aRowAheadIsDroppedAndDoesNotMoveTheWatermark(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, BOUNDED), append())
                .batch(
                        "one of three",
                        b -> b.given(hits, row("1", "00:04"), row("2", "00:05"), row("3", "00:05:00.000001"))
                                .rowsAhead(1)
                                .watermark("00:05")
                                .stateRows(1))
                .clock("00:10")
                .batch(
                        "the clock has moved",
                        b -> b.given(hits, row("1", "00:15")).rowsAhead(0).emits(row("00:00", "00:10", 2)));
    }

    @Test
    void aFirstBatchThatIsWhollyAheadStartsNothing(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, BOUNDED), append())
                .batch(
                        "all ahead",
                        b -> b.given(hits, row("1", "03:00"), row("2", Instant.parse("9999-12-31T23:59:59Z")))
                                .rowsAhead(2)
                                .stateRows(0))
                .batch(
                        "right",
                        b -> b.given(hits, row("1", "00:04")).dropsLate(0).watermark("00:04"));
    }

    @Test
    void aRowThatIsKeptCountsInItsWindow(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, BOUNDED.keep()), append())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:05"), row("2", "00:35"))
                                .rowsAhead(1)
                                .watermark("00:05")
                                .emitsNothing()
                                .stateRows(2))
                .clock("00:30")
                .batch(
                        "its window, by the right clocks",
                        b -> b.given(hits, row("1", "00:31"))
                                .watermark("00:31")
                                .emits(row("00:00", "00:10", 1))
                                .stateRows(1))
                .clock("00:40")
                .batch(
                        "the end of it",
                        b -> b.given(hits, row("1", "00:40"))
                                .emits(row("00:30", "00:40", 2))
                                .stateRows(1))
                .batch(
                        "late",
                        b -> b.given(hits, row("1", "00:39")).dropsLate(1).emitsNothing());
    }

    @Test
    void aFirstBatchThatIsKeptMovesNoWatermark(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, BOUNDED.keep()), update())
                .batch(
                        "all ahead",
                        b -> b.given(hits, row("1", "03:00")).rowsAhead(1).emits(row("03:00", "03:10", 1)))
                .batch(
                        "right",
                        b -> b.given(hits, row("1", "00:04")).dropsLate(0).watermark("00:04"));
    }

    @Test
    void completeModeCountsAsWell(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, BOUNDED.keep()), complete())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("1", "03:00"))
                                .rowsAhead(1)
                                .emits(row("00:00", "00:10", 1), row("03:00", "03:10", 1)));
    }

    /** The clock is in the checkpoint: a rerun has that of the first run. */
    @Test
    void aRerunDropsTheSameRows(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, BOUNDED), update())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("2", "00:09"))
                                .rowsAhead(1)
                                .emits(row("00:00", "00:10", 1)))
                .clock("00:30")
                .rewindTo("one ahead", b -> b.sameOutput().rowsAhead(1).watermark("00:01"))
                .restart()
                .batch(
                        "after",
                        b -> b.given(hits, row("1", "00:09")).rowsAhead(0).emits(row("00:00", "00:10", 2)));
    }

    @Test
    void aLimitIsForAnOldCheckpointToo(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, Transforms.withWatermark("time", Duration.ZERO)), update())
                .batch("no limit", b -> b.given(hits, row("1", "00:01")).emits(row("00:00", "00:10", 1)))
                .restartWith(counts(hits, BOUNDED))
                .batch(
                        "dropped",
                        b -> b.given(hits, row("1", "00:02"), row("1", "03:00")).emits(row("00:00", "00:10", 2)))
                .restartWith(counts(hits, BOUNDED.keep()))
                .batch(
                        "kept",
                        b -> b.given(hits, row("1", "00:02"), row("1", "03:00"))
                                .emits(row("00:00", "00:10", 3), row("03:00", "03:10", 1))
                                .watermark("00:02"));
    }

    @Test
    void aRerunKeepsTheSameWatermark(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        kit.run(counts(hits, BOUNDED.keep()), update())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("2", "00:09")).watermark("00:01"))
                .clock("00:30")
                .rewindTo("one ahead", b -> b.sameOutput().rowsAhead(1).watermark("00:01"));
    }

    @Test
    void theClockOfARowFindsRowsInABacklog(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", Hits.COLUMNS + ", received TIMESTAMP");
        kit.run(counts(hits, BY_COLUMN), append())
                .clock("12:00")
                .batch(
                        "of the morning",
                        b -> b.given(
                                        hits,
                                        row("1", "00:05", "00:00"),
                                        row("2", "00:06", "00:00"),
                                        row("3", "00:06", null),
                                        row("4", null, null),
                                        row("5", "00:04", Instant.parse("+294000-01-01T00:00:00Z")))
                                .rowsAhead(2)
                                .dropsWithoutEventTime(1)
                                .watermark("00:05"));
    }

    @Test
    void eachRowIsEitherAheadOrNot(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", Hits.COLUMNS + ", received TIMESTAMP");
        kit.run(hits.rows().transform(BY_COLUMN.ahead()), append())
                .clock("12:00")
                .batch(
                        "of the morning",
                        b -> b.given(
                                        hits,
                                        row("1", "00:05", "00:00"),
                                        row("2", "00:06", "00:00"),
                                        row("3", "00:06", null),
                                        row("4", null, null))
                                .emits(row("2", "00:06", "00:00"), row("3", "00:06", null)));
    }

    @Test
    // For Spark, what is before 1970 is late, with any watermark.
    void rowsWithoutATimePassAndAreCountedByTheWindow(StreamKit kit) {
        for (Transform watermark : List.of(BOUNDED, BOUNDED.keep())) {
            Input<Row> hits = Hits.of(kit);
            kit.run(counts(hits, watermark), append())
                    .batch(
                            "no time, and one before Christ",
                            b -> b.given(hits, row("1", null), row("2", Instant.parse("-0043-03-15T00:00:00Z")))
                                    .rowsAhead(0)
                                    .dropsWithoutEventTime(1)
                                    .dropsLate(1));
        }
    }
}
