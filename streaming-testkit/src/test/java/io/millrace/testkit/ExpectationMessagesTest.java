package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Failure messages of expectations of watermarks, state, late rows, batches, tables and replays. */
@StreamingTest
class ExpectationMessagesTest {
    @Test
    void expectationsOfAStepWithoutABatchSayThatNoneRan(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append());

        assertThat(reasonOf(() -> run.batch("empty", b -> b.watermark("00:05"))))
                .isEqualTo("Batch \"empty\" ran no batch, so no watermark moved\n");
        assertThat(reasonOf(() -> run.batch("empty", b -> b.watermarkUsed("00:05"))))
                .isEqualTo("Batch \"empty\" ran no batch, so no watermark moved\n");
        assertThat(reasonOf(() -> run.batch("empty", b -> b.stateRows(0)))).isEqualTo("Batch \"empty\" ran no batch\n");
        assertThat(reasonOf(() -> run.batch("empty", b -> b.runsBatches(1))))
                .isEqualTo("Batch \"empty\" ran no batch, not 1\n");
        run.batch("empty", b -> b.emitsNothing().runsBatches(0).dropsLate(0).dropsWithoutEventTime(0));
    }

    @Test
    void watermarkThatHasNotMovedIsCalledNone(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append());

        assertThat(reasonOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:15")).watermarkUsed(at("00:05")))))
                .isEqualTo("Batch \"a hit\" used the watermark none, not 00:05\n");
        assertThat(reasonOf(() ->
                        run.batch("more", b -> b.given(hits, hit("1", "01:00")).watermark(at("2026-01-02T00:00:00Z")))))
                .isEqualTo("Batch \"more\" left the watermark at 00:50, not 2026-01-02T00:00\n");
    }

    @Test
    void queryWithoutStateIsReported(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(reasonOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:15")).stateRows(0))))
                .isEqualTo("Batch \"a hit\" has no state: the query has no aggregation, join or deduplication\n");
    }

    @Test
    void severalRowsInTheStateAreCounted(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().dropDuplicates("zip"), append());

        assertThat(reasonOf(() -> run.batch(
                        "three",
                        b -> b.given(hits, hit("1", "00:15"), hit("2", "00:15"), hit("1", "00:16"))
                                .stateRows(2)
                                .stateRows(3))))
                .isEqualTo("Batch \"three\" left 2 rows in the state, not 3\n");
    }

    @Test
    void batchesOfAQueryWithoutAWatermarkAreListedWithoutOne(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(reasonOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:15")).runsBatches(2))))
                .isEqualTo("Batch \"a hit\" ran 1 batch, not 2: batch 0 (data)\n");
    }

    @Test
    void lateKafkaRecordIsShownAsKeyAndValue(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");
        StreamRun run = kit.run(
                        hits.rows()
                                .withWatermark("timestamp", "0 seconds")
                                .groupBy(window(col("timestamp"), "10 minutes"))
                                .count(),
                        update())
                .batch("time moves", b -> b.given(hits, KafkaRow.value("a").timestamp("00:35")));

        assertThat(reasonOf(() -> run.batch(
                        "a straggler",
                        b -> b.given(hits, KafkaRow.value("b").key("k").timestamp("00:06"))
                                .dropsLate(0))))
                .isEqualTo("""
                        Batch "a straggler" dropped 1 late row, not 0
                        1 row was late: the watermark was 00:35
                          late  k = b
                        """);
    }

    @Test
    void rowsWithoutATimeAreCountedAndNamed(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP");
        StreamRun run = kit.run(
                hits.rows()
                        .withWatermark("time", "10 minutes")
                        .groupBy(window(col("time"), "10 minutes"))
                        .count(),
                append());

        assertThat(reasonOf(() -> run.batch(
                        "three",
                        b -> b.given(hits, row("1", null), row("2", null), row("3", "00:05"))
                                .dropsWithoutEventTime(1))))
                .isEqualTo("""
                        Batch "three" dropped 2 rows without an event time, not 1
                        2 rows have no event time:
                          no time  (1, null)
                          no time  (2, null)
                        """);
    }

    @Test
    void onlyFiveRowsWithoutATimeAreNamed(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP");
        StreamRun run =
                kit.run(hits.rows().groupBy(window(col("time"), "10 minutes")).count(), update());

        String message = reasonOf(() -> run.batch(
                "seven",
                b -> b.given(hits, java.util.Collections.nCopies(7, row("1", null)))
                        .dropsWithoutEventTime(0)));

        assertThat(message).startsWith("Batch \"seven\" dropped 7 rows without an event time, not 0\n7 rows have no");
        assertThat(message.lines().filter("  no time  (1, null)"::equals)).hasSize(5);
    }

    @Test
    void noDataBatchThatReadsRowsFails(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append()).explicitNoDataBatches();
        kit.run(hits.rows(), append())
                .batch("given elsewhere", b -> b.given(hits, hit("1", "00:05")).runs());

        assertThat(reasonOf(() -> run.noDataBatch("no rows", b -> b.emitsNothing())))
                .isEqualTo("Batch \"no rows\" read rows, but a batch without data was expected\n");
    }

    @Test
    void tableInUpdateModeComparesTheLastRowOfEachKey(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), update())
                .keyedBy("zip")
                .batch("one", b -> b.given(hits, hit("a", "00:01"), hit("b", "00:01")));

        assertThat(reasonOf(() ->
                        run.batch("two", b -> b.given(hits, hit("a", "00:02")).table(row("a", 1), row("c", 1)))))
                .isEqualTo("""
                        Batch "two" left another result than expected: 1 row differs, 1 row is missing, \
                        1 row was not expected

                                        zip  count
                          expected      a    *1*
                          was           a    *2*
                          missing       c    1
                          not expected  b    1
                        """);
    }

    @Test
    void tableInCompleteModeIsTheLastResult(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), complete())
                .batch("nothing yet", b -> b.table())
                .batch("one", b -> b.given(hits, hit("a", "00:01")));

        assertThat(reasonOf(() ->
                        run.batch("two", b -> b.given(hits, hit("a", "00:02")).table(row("a", 1), row("a", 2)))))
                .isEqualTo("""
                        Batch "two" left another result than expected: 1 row is missing

                                   zip  count
                          missing  a    1
                        """);
    }

    @Test
    void replayThatEmitsARowLessShowsIt(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append())
                .batch("two hits", b -> b.given(hits, hit("a", "00:01"), hit("b", "00:02")));

        assertThat(reasonOf(() -> run.restartWith(hits.rows().select("zip").filter("zip <> 'a'"))
                        .replayLast(b -> b.sameOutput())))
                .isEqualTo("""
                        Batch "replay of batch 0" emitted other rows when batch 0 was rerun: 1 row is missing

                                   zip
                          missing  a
                        """);
    }

    @Test
    void unexpectedBatchIsNamed(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append());

        assertThat(failureOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:15")).runsBatches(1))))
                .startsWith("Batch \"a hit\" ran 2 batches, not 1: batch 0 (data, watermark none), batch 1 (no data,"
                        + " watermark 00:05)\n");
    }

    @Test
    void wrongWatermarkShowsTheRightOne(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append());

        assertThat(failureOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:15")).watermark("00:15"))))
                .startsWith("Batch \"a hit\" left the watermark at 00:05, not 00:15\n");
        assertThat(failureOf(() ->
                        run.batch("more", b -> b.given(hits, hit("1", "00:16")).watermarkUsed("00:06"))))
                .startsWith("Batch \"more\" used the watermark 00:05, not 00:06\n");
    }

    @Test
    void aQueryWithoutAWatermarkIsReported(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(failureOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:15")).watermark("00:15"))))
                .startsWith("Batch \"a hit\" has no watermark: the query does not call withWatermark\n");
    }

    @Test
    void wrongStateShowsTheRightSize(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append());

        assertThat(failureOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:15")).stateRows(2))))
                .startsWith("Batch \"a hit\" left 1 row in the state, not 2\n");
    }

    @Test
    void replayThatEmitsOtherRowsIsShown(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().selectExpr("zip", "current_timestamp() AS now"), append())
                .batch("a hit", b -> b.given(hits, hit("1", "00:01")).emits(row("1", "00:00")))
                .replayLast(b -> b.sameOutput());

        kit.spark().conf().set("spark.sql.session.timeZone", "UTC");
        assertThat(failureOf(
                        () -> run.restartWith(hits.rows().selectExpr("concat(zip, '!')", "current_timestamp() AS now"))
                                .replayLast(b -> b.sameOutput())))
                .startsWith("Batch \"replay of batch 0\" emitted other rows when batch 0 was rerun: 1 row is missing,"
                        + " 1 row was not expected\n");
        assertThat(failureOf(() -> run.batch("nothing", b -> b.sameOutput())))
                .startsWith("Batch \"nothing\" reran no batch, so there is nothing to compare\n");
    }
}
