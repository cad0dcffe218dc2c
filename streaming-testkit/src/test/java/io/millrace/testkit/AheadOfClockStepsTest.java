package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hits.BOUNDED;
import static io.millrace.testkit.Hits.BY_COLUMN;
import static io.millrace.testkit.Hits.MINUTES_5;
import static io.millrace.testkit.Hits.WINDOWS;
import static io.millrace.testkit.Hits.counts;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Rows that are ahead of the clock in steps other than one window, and what is said about them. */
@StreamingTest
class AheadOfClockStepsTest {
    @Test
    void sessionsOfRowsThatAreKept(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
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
        Input<Row> hits = Hits.of(kit);
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
        Input<Row> hits = Hits.of(kit);
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

    @Test
    void eachMemberOfAUnionHasItsOwnLimit(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
        Input<Row> others = kit.rows("others", Hits.COLUMNS);
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
        Input<Row> hits = Hits.of(kit);
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
        Input<Row> hits = Hits.of(kit);
        StreamRun run = kit.run(counts(hits, BOUNDED), append());

        assertThat(Failures.reasonOf(() -> run.batch(
                        "one ahead",
                        b -> b.given(hits, row("1", "00:01"), row("2", "03:00")).emits(row("03:00", "03:10", 1)))))
                .contains("window 00:00-00:10 waits")
                .doesNotContain("window 03:00-03:10 waits");
    }

    @Test
    void anotherNumberThanExpectedFails(StreamKit kit) {
        Input<Row> hits = Hits.of(kit);
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
