package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.BoundedWatermark;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Rows that are ahead of the clock do not move the watermark; the clock of a test starts at 00:00. */
@StreamingTest
class AheadOfClockTest {
    private static final Duration MINUTES_5 = Duration.ofMinutes(5);
    private static final String HITS = "zip STRING, time TIMESTAMP";
    private static final BoundedWatermark BOUNDED =
            Transforms.withWatermark("time", Duration.ZERO).aheadAtMost(MINUTES_5);
    private static final BoundedWatermark BY_COLUMN =
            Transforms.withWatermark("time", Duration.ZERO).aheadAtMost(MINUTES_5, "received");
    private static final Transform WINDOWS = Transforms.windowedCount("time", Duration.ofMinutes(10));

    private static Dataset<Row> counts(Input<Row> hits, Transform watermark) {
        return hits.rows().transform(watermark).transform(WINDOWS);
    }

    @Test
    void oneWrongClockMakesAllOthersLateWithoutALimit(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
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
        Input<Row> hits = kit.rows("hits", HITS);
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
        Input<Row> hits = kit.rows("hits", HITS);
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
        Input<Row> hits = kit.rows("hits", HITS);
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
        Input<Row> hits = kit.rows("hits", HITS);
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
        Input<Row> hits = kit.rows("hits", HITS);
        kit.run(counts(hits, BOUNDED.keep()), complete())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("1", "03:00"))
                                .rowsAhead(1)
                                .emits(row("00:00", "00:10", 1), row("03:00", "03:10", 1)));
    }

    @Test
    void sessionsOfRowsThatAreKept(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
        Dataset<Row> sessions = hits.rows()
                .transform(BOUNDED.keep())
                .transform(Transforms.sessionCount("time", MINUTES_5).by("zip"));
        kit.run(sessions, append())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("1", "00:30")).emitsNothing())
                .clock("00:20")
                .batch("the first ends", b -> b.given(hits, row("2", "00:20")).emits(row("00:01", "00:06", "1", 1)))
                .clock("00:40")
                .batch(
                        "the other ends",
                        b -> b.given(hits, row("2", "00:40"))
                                .emits(row("00:20", "00:25", "2", 1), row("00:30", "00:35", "1", 1)));
    }

    @Test
    void duplicatesOfRowsThatAreKept(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
        Dataset<Row> once =
                hits.rows().transform(BOUNDED.keep()).transform(Transforms.dropDuplicatesWithinWatermark("zip"));
        kit.run(once, append())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:30"), row("2", "00:01"))
                                .emits(row("1", "00:30"), row("2", "00:01")))
                .clock("00:20")
                .batch(
                        "again",
                        b -> b.given(hits, row("1", "00:20"), row("2", "00:20")).emits(row("2", "00:20")))
                .clock("00:40")
                .batch("forgotten", b -> b.given(hits, row("3", "00:40")).emits(row("3", "00:40")))
                .batch("anew", b -> b.given(hits, row("1", "00:41")).emits(row("1", "00:41")));
    }

    @Test
    void aWindowOfWindows(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
        Dataset<Row> hours = hits.rows()
                .transform(BOUNDED.keep())
                .transform(Transforms.windowedCount("time", MINUTES_5).withWindowTime())
                .transform(Transforms.windowedCount("window_time", Duration.ofMinutes(10)));
        kit.run(hours, append())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("1", "00:05"), row("1", "03:00"))
                                .emitsNothing())
                .clock("00:20")
                .batch("ends", b -> b.given(hits, row("2", "00:20")).emits(row("00:00", "00:10", 2)));
    }

    /** The clock is in the checkpoint: a rerun has that of the first run. */
    @Test
    void aRerunDropsTheSameRows(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
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
        Input<Row> hits = kit.rows("hits", HITS);
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
        Input<Row> hits = kit.rows("hits", HITS);
        kit.run(counts(hits, BOUNDED.keep()), update())
                .batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("2", "00:09")).watermark("00:01"))
                .clock("00:30")
                .rewindTo("one ahead", b -> b.sameOutput().rowsAhead(1).watermark("00:01"));
    }

    @Test
    void theClockOfARowFindsRowsInABacklog(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP, received TIMESTAMP");
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
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP, received TIMESTAMP");
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
            Input<Row> hits = kit.rows("hits", HITS);
            kit.run(counts(hits, watermark), append())
                    .batch(
                            "no time, and one before Christ",
                            b -> b.given(hits, row("1", null), row("2", Instant.parse("-0043-03-15T00:00:00Z")))
                                    .rowsAhead(0)
                                    .dropsWithoutEventTime(1)
                                    .dropsLate(1));
        }
    }

    @Test
    void eachMemberOfAUnionHasItsOwnLimit(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
        Input<Row> others = kit.rows("others", HITS);
        Dataset<Row> both = hits.rows().transform(BOUNDED).union(others.rows().transform(BOUNDED.keep()));
        kit.run(both.transform(WINDOWS), append())
                .batch(
                        "two ahead",
                        b -> b.given(hits, row("1", "00:03"), row("2", "03:00"))
                                .given(others, row("3", "00:04"), row("4", "03:00"))
                                .rowsAhead(2)
                                .watermark("00:03")
                                .stateRows(2));
    }

    @Test
    void theStreamsOfAJoinHaveTheirOwnLimits(StreamKit kit) {
        Input<Row> ads = kit.rows("ads", "id STRING, time TIMESTAMP");
        Input<Row> clicks = kit.rows("clicks", "id STRING, time TIMESTAMP");
        Dataset<Row> joined = ads.rows()
                .transform(BOUNDED.keep())
                .as("a")
                .join(
                        clicks.rows().transform(BOUNDED).as("c"),
                        expr("a.id = c.id AND c.time BETWEEN a.time AND a.time + INTERVAL 10 MINUTES"),
                        "leftouter")
                .selectExpr("a.id", "c.time");
        kit.run(joined, append())
                .batch(
                        "ads, one ahead",
                        b -> b.given(ads, row("1", "00:01"), row("2", "00:20"))
                                .given(clicks, row("1", "00:02"))
                                .rowsAhead(1)
                                .emits(row("1", "00:02"))
                                .watermark("00:01"))
                .clock("00:40")
                .batch(
                        "its time has passed",
                        b -> b.given(ads, row("3", "00:40"))
                                .given(clicks, row("3", "00:40"))
                                .emits(row("3", "00:40"), row("2", null)));
    }

    @Test
    void otherColumnsStayAsTheyAre(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "`a.b` STRING, `time` TIMESTAMP, __watermark INT");
        kit.run(hits.rows().transform(BOUNDED.keep()), append())
                .schema("`a.b` STRING, `time` TIMESTAMP, __watermark INT")
                .batch("a hit", b -> b.given(hits, row("x", "00:01", 7)).emits(row("x", "00:01", 7)));
    }

    @Test
    void aMissingRowIsExplainedByTheClock(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
        StreamRun run = kit.run(counts(hits, BOUNDED), update());

        assertThatThrownBy(() ->
                        run.batch("ahead", b -> b.given(hits, row("1", "03:00")).emits(row("03:00", "03:10", 1))))
                .hasMessageContaining(
                        "1 row was ahead of the clock in withWatermark(time): time is more than PT5M later"
                                + " than the start of the batch; dropped. Batch 0 started at 00:00; move the clock with"
                                + " clock(..).\n")
                .hasMessageContaining("    ahead of the clock: 1\n");
    }

    @Test
    void aWindowOfARowThatWasDroppedDoesNotWait(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
        StreamRun run = kit.run(counts(hits, BOUNDED), append());

        assertThat(Failures.reasonOf(() -> run.batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("2", "03:00")).emits(row("03:00", "03:10", 1)))))
                .contains("window 00:00-00:10 waits")
                .doesNotContain("window 03:00-03:10 waits");
    }

    @Test
    void anotherNumberThanExpectedFails(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", HITS);
        StreamRun run = kit.run(counts(hits, BOUNDED), update());

        assertThatThrownBy(() ->
                        run.batch("ahead", b -> b.given(hits, row("1", "03:00")).rowsAhead(0)))
                .hasMessageStartingWith("Batch \"ahead\" had 1 row ahead of the clock, not 0\n1 row was ahead");
    }

    @Test
    void aRouteNeedsAColumnAsTheClock() {
        assertThatThrownBy(BOUNDED::ahead)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("aheadAtMost(limit, \"timestamp\")");
    }

    @Test
    void aClockThatIsNoTimeIsRefused(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "time TIMESTAMP, received STRING");

        assertThatThrownBy(() -> hits.rows().transform(BY_COLUMN))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("aheadAtMost(received): the column is string, but timestamp is required");
    }

    @Test
    void aBatchOfRowsIsCheckedByTheTimeOfTheQuery(StreamKit kit) {
        Dataset<Row> rows = kit.spark()
                .sql("SELECT TIMESTAMP '2026-01-01 00:00:00' AS time UNION ALL SELECT TIMESTAMP '9000-01-01 00:00:00'");

        assertThat(rows.transform(BOUNDED).count()).isEqualTo(1);
        assertThat(rows.transform(BOUNDED.keep()).count()).isEqualTo(2);
    }
}
