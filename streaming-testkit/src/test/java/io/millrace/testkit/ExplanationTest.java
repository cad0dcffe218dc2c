package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** Why a batch emitted less than expected: what waits, for which watermark or clock, and what would move it. */
@StreamingTest
class ExplanationTest {
    private static final AtomicBoolean BROKEN = new AtomicBoolean();

    @Test
    void sessionsOfAKeyAreMergedOverBatchesIfTheyMeet(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(sessions(hits), append())
                .batch(
                        "one",
                        b -> b.given(hits, hit("a", "00:01"), hit("b", "00:02"), hit("a", "00:20"))
                                .emitsNothing());

        assertThat(reasonOf(() -> run.batch(
                        "two",
                        b -> b.given(hits, hit("a", "00:06"), hit("a", "00:09"))
                                .emits(row(row("00:01", "00:14"), "a", 3)))))
                .isEqualTo("""
                        Batch "two" emitted nothing: 1 row is missing

                                   session_window  zip  count
                          missing  00:01-00:14     a    3

                        session 00:02-00:07 of zip = b waits: the watermark is 00:00; send an event at 00:27 or later.
                        session 00:01-00:14 of zip = a waits: the watermark is 00:00; send an event at 00:34 or later.
                        session 00:20-00:25 of zip = a waits: the watermark is 00:00; send an event at 00:45 or later.
                        """);
    }

    @Test
    void adviceForASessionClosesIt(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(sessions(hits), append())
                .batch(
                        "three",
                        b -> b.given(hits, hit("a", "00:01"), hit("a", "00:06"), hit("a", "00:09"))
                                .emitsNothing())
                .batch("too early", b -> b.given(hits, hit("b", "00:33:59.999")).emitsNothing())
                .batch("as advised", b -> b.given(hits, hit("b", "00:34")).emits(row(row("00:01", "00:14"), "a", 3)));
    }

    @Test
    void lateRowJoinsNoSession(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(sessions(hits), append())
                .batch("time moves", b -> b.given(hits, hit("a", "00:40")).emitsNothing());

        assertThat(reasonOf(() -> run.batch(
                        "a straggler",
                        b -> b.given(hits, hit("a", "00:14"), hit("a", "00:36"))
                                .emits(row(row("00:14", "00:19"), "a", 1)))))
                .isEqualTo("""
                        Batch "a straggler" emitted nothing: 1 row is missing

                                   session_window  zip  count
                          missing  00:14-00:19     a    1

                        session 00:36-00:45 of zip = a waits: the watermark is 00:20; send an event at 01:05 or later.
                        1 row was late: the watermark was 00:20
                          late  (a, 00:14)
                        """);
    }

    @Test
    void outerRowWaitsForTheInputThatHoldsTheWatermarkBack(StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        StreamRun run = kit.run(joined(ads, clicks, "left_outer"), append());

        assertThat(reasonOf(() -> run.batch(
                        "an ad",
                        b -> b.given(ads, hit("a", "00:05"), hit("b", "00:40"))
                                .given(clicks, hit("b", "00:08"))
                                .emits(row("a", "00:05", null, null)))))
                .isEqualTo("""
                        Batch "an ad" emitted nothing: 1 row is missing

                                   zip  time   clicked  seen
                          missing  a    00:05  null     null

                        (a, 00:05) of ads waits for a match in clicks, and is emitted with NULLs once the watermark is \
                        00:15:00.001: the watermark is 00:03, held back by clicks; send clicks an event at \
                        00:20:00.001 or later.
                        (b, 00:40) of ads waits for a match in clicks, and is emitted with NULLs once the watermark is \
                        00:50:00.001: the watermark is 00:03, held back by clicks; send ads an event at 01:00:00.001 \
                        or later and clicks an event at 00:55:00.001 or later.
                        (b, 00:08) of clicks waits for a match in ads until the watermark is 00:08:00.001: the \
                        watermark is 00:03, held back by clicks.
                        """);
    }

    @Test
    void adviceForAnOuterRowReleasesIt(StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        kit.run(joined(ads, clicks, "left_outer"), append())
                .batch(
                        "an ad",
                        b -> b.given(ads, hit("a", "00:05"), hit("b", "00:40"))
                                .given(clicks, hit("b", "00:08"))
                                .emitsNothing())
                .batch("too early", b -> b.given(clicks, hit("x", "00:20")).emitsNothing())
                .batch(
                        "as advised",
                        b -> b.given(clicks, hit("x", "00:20:00.001")).emits(row("a", "00:05", null, null)));
    }

    @Test
    void inputWithoutAnEventSinceTheStartHoldsTheWatermarkBack(StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        StreamRun run = kit.run(joined(ads, clicks, "left_outer"), append())
                .batch(
                        "both",
                        b -> b.given(ads, hit("a", "00:30"))
                                .given(clicks, hit("x", "00:30"))
                                .emitsNothing()
                                .watermark("00:20"))
                .restart();

        assertThat(reasonOf(() -> run.batch(
                        "only ads", b -> b.given(ads, hit("b", "02:00")).emits(row("a", "00:30", null, null)))))
                .startsWith("""
                        Batch "only ads" emitted nothing: 1 row is missing

                                   zip  time   clicked  seen
                          missing  a    00:30  null     null

                        (a, 00:30) of ads waits for a match in clicks, and is emitted with NULLs once the watermark is \
                        00:40:00.001: the watermark is 00:20, held back by clicks, which has read no event since the \
                        query started; send clicks an event at 00:45:00.001 or later.
                        """);
        run.batch("as advised", b -> b.given(clicks, hit("y", "00:45:00.001")).emits(row("a", "00:30", null, null)));
    }

    @Test
    void outerRowIsExplainedBeforeThereIsAWatermark(StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        StreamRun run = kit.run(joined(ads, clicks, "left_outer"), append()).explicitNoDataBatches();

        assertThat(reasonOf(() ->
                        run.batch("an ad", b -> b.given(ads, hit("a", "00:05")).emits(row("a", "00:05", null, null)))))
                .endsWith("""

                        (a, 00:05) of ads waits for a match in clicks, and is emitted with NULLs once the watermark is \
                        00:15:00.001: there is no watermark yet, held back by clicks, which has read no event since \
                        the query started; send ads an event at 00:25:00.001 or later and clicks an event at \
                        00:20:00.001 or later.
                        """);
        run.batch(
                        "as advised",
                        b -> b.given(ads, hit("b", "00:25:00.001"))
                                .given(clicks, hit("c", "00:20:00.001"))
                                .emitsNothing())
                .noDataBatch("the watermark passes", b -> b.emits(row("a", "00:05", null, null)));
    }

    @Test
    void anyInputMovesTheWatermarkThatIsTheGreatest(StreamKit kit) {
        kit.spark().conf().set("spark.sql.streaming.multipleWatermarkPolicy", "max");
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        StreamRun run = kit.run(joined(ads, clicks, "left_outer"), append());

        assertThat(reasonOf(() -> run.batch(
                        "an ad",
                        b -> b.given(ads, hit("a", "00:15"))
                                .given(clicks, hit("x", "00:08"))
                                .emits(row("a", "00:15", null, null)))))
                .contains("""
                        (a, 00:15) of ads waits for a match in clicks, and is emitted with NULLs once the watermark is \
                        00:25:00.001: the watermark is 00:05; send ads an event at 00:35:00.001 or later, or clicks \
                        an event at 00:30:00.001 or later.
                        """);
        run.batch("as advised", b -> b.given(clicks, hit("c", "00:30:00.001")).emits(row("a", "00:15", null, null)));
    }

    @Test
    void rowsOfAnInnerJoinWaitForTheirMatches(StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        StreamRun run = kit.run(joined(ads, clicks, "inner"), append())
                .batch(
                        "a match",
                        b -> b.given(ads, hit("a", "00:05"))
                                .given(clicks, hit("a", "00:06"))
                                .emits(row("a", "00:05", "a", "00:06")));

        assertThat(reasonOf(() ->
                        run.batch("none", b -> b.given(ads, hit("b", "00:07")).emits(row("b", "00:07", "b", "00:08")))))
                .isEqualTo("""
                        Batch "none" emitted nothing: 1 row is missing

                                   zip  time   clicked  seen
                          missing  b    00:07  b        00:08

                        (b, 00:07) of ads waits for a match in clicks until the watermark is 00:17:00.001: the \
                        watermark is 2025-12-31T23:57, held back by ads.
                        """);
    }

    @Test
    void rowOfAJoinWithoutTimeBoundsStaysForEver(StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Row> cities = kit.rows("cities", "zip STRING, city STRING");
        StreamRun run = kit.run(ads.rows().join(cities.rows(), "zip"), append());

        assertThat(reasonOf(() ->
                        run.batch("alone", b -> b.given(ads, hit("a", "00:05")).emits(row("a", "00:05", "Gent")))))
                .isEqualTo("""
                        Batch "alone" emitted nothing: 1 row is missing

                                   zip  time   city
                          missing  a    00:05  Gent

                        (a, 00:05) of ads waits for a match in cities; no watermark removes it from the state.
                        """);
    }

    @Test
    void lateRowsOfAJoinAreNamed(StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        StreamRun run = kit.run(joined(ads, clicks, "inner"), append())
                .batch(
                        "time moves",
                        b -> b.given(ads, hit("a", "01:00"))
                                .given(clicks, hit("z", "01:00"))
                                .emitsNothing());

        assertThat(reasonOf(() -> run.batch(
                        "late",
                        b -> b.given(ads, hit("l", "00:50"), hit("m", "00:51"))
                                .given(clicks, hit("r", "00:49"))
                                .dropsLate(1))))
                .isEqualTo("""
                        Batch "late" dropped 2 late rows, not 1
                        2 rows were late: the watermark was 00:50
                          late  (l, 00:50)
                          late  (r, 00:49)
                        """);
    }

    @Test
    void joinWhoseRowsPassAFilterAfterwardsIsNotExplained(StreamKit kit) {
        Input<Hit> ads = kit.input("ads", Hit.class);
        Input<Hit> clicks = kit.input("clicks", Hit.class);
        StreamRun run = kit.run(joined(ads, clicks, "inner").filter("zip <> 'b'"), append());

        assertThat(reasonOf(() -> run.batch(
                        "filtered", b -> b.given(ads, hit("b", "00:07")).emits(row("b", "00:07", "b", "00:08")))))
                .doesNotContain("waits");
    }

    @Test
    void clockFiresTimeoutsOfProcessingTime(StreamKit kit) {
        boolean readsState = !kit.spark().version().startsWith("3.");
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(quiet(hits.rows(), GroupStateTimeout.ProcessingTimeTimeout()), append())
                .clock("00:02")
                .batch("a hit", b -> b.given(hits, hit("a", "00:00")).emitsNothing())
                .clock("00:05");

        assertThat(Failures.failureOf(() -> run.batch("too early", b -> b.emits(row("a")))))
                .isEqualTo("""
                        Batch "too early" emitted nothing: 1 row is missing

                                   value
                          missing  a

                        Timeouts and timers of processing time fire when the clock passes them: it was at 00:05; \
                        move it with clock(..).
                        %s
                        Timeline (append mode)
                          a hit
                            in   hits (a, 00:00)
                            batch 0 (data), clock 00:02, late 0, state 1
                            out  nothing
                            batch 1 (no data), clock 00:02, late 0, state 1
                            out  nothing
                          too early
                            batch 2 (no data), clock 00:05, late 0, state 1
                            out  nothing
                        """.formatted(readsState ? "  waits  a for 00:12\n" : ""));
        run.clock("00:13").batch("as advised", b -> b.emits(row("a")));
    }

    @Test
    void watermarkFiresTimeoutsOfEventTime(StreamKit kit) {
        boolean readsState = !kit.spark().version().startsWith("3.");
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = quiet(hits.rows().withWatermark("time", "1 minute"), GroupStateTimeout.EventTimeTimeout());
        StreamRun run = kit.run(query, append());

        assertThat(reasonOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("a", "00:05")).emits(row("a")))))
                .isEqualTo("""
                        Batch "a hit" emitted nothing: 1 row is missing

                                   value
                          missing  a

                        Timeouts and timers of event time fire when the watermark passes them: the watermark is \
                        00:04; send a later event.
                        %s""".formatted(readsState ? "  waits  a for 00:15\n" : ""));
    }

    @Test
    void stateOfADeduplicationWithoutItsTimeNeverShrinks(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().withWatermark("time", "1 minute").dropDuplicates("zip"), append());

        assertThat(Failures.failureOf(() -> run.batch(
                        "two",
                        b -> b.given(hits, hit("a", "00:05"), hit("b", "00:50")).stateRows(1))))
                .isEqualTo("""
                        Batch "two" left 2 rows in the state, not 1
                        The state of dropDuplicates(zip) never shrinks: the event time, time, is not among the keys. \
                        Use dropDuplicatesWithinWatermark(zip), or add the column.

                        Timeline (append mode)
                          two
                            in   hits (a, 00:05)
                            in   hits (b, 00:50)
                            batch 0 (data), watermark none -> 00:49, late 0, state 2
                            out  (a, 00:05)
                            out  (b, 00:50)
                            batch 1 (no data), watermark 00:49 -> 00:49, late 0, state 2
                            out  nothing
                          note: the state of dropDuplicates(zip) never shrinks: the event time, time, is not among \
                        the keys. Use dropDuplicatesWithinWatermark(zip), or add the column.
                        """);
    }

    @Test
    void deduplicationByItsTimeHasNoNote(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);

        assertThat(kit.run(hits.rows().withWatermark("time", "1 minute").dropDuplicates("zip", "time"), append())
                        .timeline())
                .doesNotContain("note");
        assertThat(kit.run(hits.rows().withWatermark("time", "1 minute").dropDuplicatesWithinWatermark("zip"), append())
                        .timeline())
                .doesNotContain("note");
    }

    @Test
    void duplicateWithinTheWatermarkIsNamedWithTheEndOfItsKey(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(
                        hits.rows().withWatermark("time", "10 minutes").dropDuplicatesWithinWatermark("zip"), append())
                .batch("a hit", b -> b.given(hits, hit("a", "00:20")).emits(hit("a", "00:20")));

        assertThat(reasonOf(() ->
                        run.batch("again", b -> b.given(hits, hit("a", "00:39")).emits(hit("a", "00:39")))))
                .isEqualTo("""
                        Batch "again" emitted nothing: 1 row is missing

                                   zip  time
                          missing  a    00:39

                        (a, 00:39) is a duplicate: zip = a came with (a, 00:20), and stays in the state until the \
                        watermark is 00:30.
                        """);
        run.batch("the watermark passes", b -> b.given(hits, hit("x", "00:40")).emits(hit("x", "00:40")));
        run.batch("no duplicate", b -> b.given(hits, hit("a", "00:41")).emits(hit("a", "00:41")));
    }

    @Test
    void lateRowsAreCountedExactlyBesideSparksGroups(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append())
                .batch("time moves", b -> b.given(hits, hit("a", "00:35")).emitsNothing());

        assertThat(reasonOf(() -> run.batch(
                        "stragglers",
                        b -> b.given(hits, hit("a", "00:06"), hit("a", "00:07"), hit("b", "00:07"))
                                .dropsLate(2))))
                .isEqualTo("""
                        Batch "stragglers" dropped 3 late rows, not 2
                        3 rows were late (Spark counts 2, after its partial aggregation): the watermark was 00:25
                          late  (a, 00:06)
                          late  (a, 00:07)
                          late  (b, 00:07)
                        """);
    }

    @Test
    void lateRowsOfARerunBatchWereNotGivenToItsStep(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(windowed(hits), append())
                .batch("time moves", b -> b.given(hits, hit("a", "00:35")).emitsNothing())
                .batch(
                        "stragglers",
                        b -> b.given(hits, hit("a", "00:06"), hit("a", "00:07")).dropsLate(2))
                .rewindTo("stragglers", b -> b.dropsLate(0));
    }

    @Test
    void completeModeDropsNoRowAndNothingWaits(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), complete())
                .batch("time moves", b -> b.given(hits, hit("a", "00:35")).runs());
        Row late = row(row("00:00", "00:10"), "a", 1);

        assertThat(reasonOf(() -> run.batch(
                        "an early one", b -> b.given(hits, hit("a", "00:06")).emits(late, late, late))))
                .doesNotContain("waits", "late");
    }

    @Test
    void keysWithoutTheEventTimeDropNoRow(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(
                        hits.rows()
                                .withWatermark("time", "1 minute")
                                .groupBy("zip")
                                .count(),
                        update())
                .batch("time moves", b -> b.given(hits, hit("a", "00:35")).runs());

        assertThat(reasonOf(() -> run.batch(
                        "an early one", b -> b.given(hits, hit("a", "00:06")).emits(row("a", 2), row("b", 1)))))
                .doesNotContain("waits", "late");
    }

    @Test
    void windowOverTwoWatermarksNamesTheInputThatHoldsItBack(StreamKit kit) {
        Input<Hit> left = kit.input("left", Hit.class);
        Input<Hit> right = kit.input("right", Hit.class);
        Dataset<Row> counts = left.rows()
                .withWatermark("time", "10 minutes")
                .union(right.rows().withWatermark("time", "5 minutes"))
                .groupBy(window(col("time"), "10 minutes"))
                .count();
        StreamRun run = kit.run(counts, append());

        assertThat(reasonOf(() -> run.batch(
                        "both",
                        b -> b.given(left, hit("a", "00:35"))
                                .given(right, hit("a", "00:06"))
                                .emits(row(row("00:00", "00:10"), 1)))))
                .contains("window 00:00-00:10 waits: the watermark is 00:01, held back by right; send right an event at"
                        + " 00:15 or later.\n");
        run.batch("as advised", b -> b.given(right, hit("a", "00:15")).emits(row(row("00:00", "00:10"), 1)));
    }

    @Test
    void stepWithoutABatchSaysWhatStillWaits(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append())
                .batch("a hit", b -> b.given(hits, hit("a", "00:05")).emitsNothing());

        assertThat(reasonOf(() -> run.batch("nothing", b -> b.emits(row(row("00:00", "00:10"), "a", 1)))))
                .isEqualTo("""
                        Batch "nothing" emitted nothing: 1 row is missing

                                   window       zip  hits
                          missing  00:00-00:10  a    1

                        No batch ran: nothing new was given, and no batch without data was due.
                        window 00:00-00:10 waits: the watermark is 2025-12-31T23:55; send an event at 00:20 or later.
                        """);
    }

    @Test
    void explanationThatFailsDoesNotHideTheFailure(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        BROKEN.set(false);
        UDF1<String, String> zip = text -> {
            if (BROKEN.get()) {
                throw new IllegalStateException("not again");
            }
            return text;
        };
        Dataset<Row> counts = hits.rows()
                .withColumn("zip", udf(zip, DataTypes.StringType).apply(col("zip")))
                .withWatermark("time", "10 minutes")
                .groupBy(window(col("time"), "10 minutes"), col("zip"))
                .count();
        StreamRun run = kit.run(counts, append());

        assertThat(reasonOf(() -> run.batch("a hit", b -> {
                    b.given(hits, hit("a", "00:05")).runs();
                    BROKEN.set(true);
                    b.emits(row(row("00:00", "00:10"), "a", 1));
                })))
                .isEqualTo("""
                        Batch "a hit" emitted nothing: 1 row is missing

                                   window       zip  count
                          missing  00:00-00:10  a    1
                        """);
    }

    @Test
    void rowOfARewoundBatchIsNoDuplicateOfItself(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(
                        hits.rows().withWatermark("time", "10 minutes").dropDuplicatesWithinWatermark("zip"), append())
                .batch("a hit", b -> b.given(hits, hit("a", "00:20")).emits(hit("a", "00:20")));

        assertThat(reasonOf(() -> run.rewindTo("a hit", b -> b.emits(hit("a", "00:20"), hit("b", "00:20")))))
                .contains("1 row is missing")
                .doesNotContain("duplicate");
    }

    private static Dataset<Row> sessions(Input<Hit> hits) {
        return hits.rows()
                .withWatermark("time", "20 minutes")
                .groupBy(session_window(col("time"), "5 minutes"), col("zip"))
                .count();
    }

    /** A click within ten minutes of its ad. */
    private static Dataset<Row> joined(Input<Hit> ads, Input<Hit> clicks, String type) {
        return ads.rows()
                .withWatermark("time", "10 minutes")
                .join(
                        clicks.rows()
                                .withWatermark("time", "5 minutes")
                                .withColumnRenamed("zip", "clicked")
                                .withColumnRenamed("time", "seen"),
                        expr("zip = clicked AND seen >= time AND seen <= time + INTERVAL 10 MINUTES"),
                        type);
    }

    /** The zip codes without a hit for ten minutes. */
    private static Dataset<Row> quiet(Dataset<Row> hits, GroupStateTimeout timeout) {
        boolean byClock = timeout.equals(GroupStateTimeout.ProcessingTimeTimeout());
        FlatMapGroupsWithStateFunction<String, Row, Boolean, String> emit = (zip, rows, state) -> {
            if (state.hasTimedOut()) {
                state.remove();
                return java.util.List.of(zip).iterator();
            }
            state.update(true);
            if (byClock) {
                state.setTimeoutDuration("10 minutes");
            } else {
                state.setTimeoutTimestamp(rows.next().getTimestamp(1).getTime(), "10 minutes");
            }
            return java.util.Collections.emptyIterator();
        };
        return hits.groupByKey((MapFunction<Row, String>) hit -> hit.getString(0), Encoders.STRING())
                .flatMapGroupsWithState(emit, OutputMode.Append(), Encoders.BOOLEAN(), Encoders.STRING(), timeout)
                .toDF();
    }
}
