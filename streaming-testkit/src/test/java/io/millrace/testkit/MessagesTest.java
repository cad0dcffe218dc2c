package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** The failure message of each expectation. */
@StreamingTest
class MessagesTest {
    @Test
    void differingRowsAreShownWithTheColumnsThatDiffer(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), update());

        assertThat(failureOf(() -> run.batch(
                        "three hits",
                        b -> b.given(hits, hit("9000", "00:01"), hit("9000", "00:02"))
                                .given(hits, hit("1000", "00:03"))
                                .emits(row("9000", 3), row("2000", 1)))))
                .isEqualTo("""
                        Batch "three hits" emitted other rows than expected: 1 row differs, 1 row is missing, \
                        1 row was not expected

                                        zip   count
                          expected      9000  *3*
                          was           9000  *2*
                          missing       2000  1
                          not expected  1000  1

                        Timeline (update mode)
                          three hits
                            in   hits (9000, 00:01)
                            in   hits (9000, 00:02)
                            in   hits (1000, 00:03)
                            batch 0 (data), late 0, state 2
                            out  (1000, 1)
                            out  (9000, 2)
                        """);
    }

    @Test
    void anEmptyResultNamesTheWindowThatWaits(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append());

        assertThat(failureOf(() -> run.batch(
                        "a hit",
                        b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:19"))
                                .emits(row(row("00:00", "00:10"), "9000", 1)))))
                .isEqualTo("""
                        Batch "a hit" emitted nothing: 1 row is missing

                                   window       zip   hits
                          missing  00:00-00:10  9000  1

                        window 00:00-00:10 waits: the watermark is 00:09; send an event at 00:20 or later.
                        window 00:10-00:20 waits: the watermark is 00:09; send an event at 00:30 or later.

                        Timeline (append mode)
                          a hit
                            in   hits (9000, 00:05)
                            in   hits (9000, 00:19)
                            batch 0 (data), watermark none -> 00:09, late 0, state 2
                            out  nothing
                            batch 1 (no data), watermark 00:09 -> 00:09, late 0, state 2
                            out  nothing
                        """);
    }

    @Test
    void lateRowsAreNamed(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append())
                .batch("time moves", b -> b.given(hits, hit("9001", "00:35")).emitsNothing());

        assertThat(failureOf(() -> run.batch(
                        "stragglers",
                        b -> b.given(hits, hit("9000", "00:06"), hit("9000", "00:07"), hit("9000", "00:31"))
                                .dropsLate(0))))
                .startsWith("""
                        Batch "stragglers" dropped 2 late rows, not 0
                        2 rows were late: the watermark was 00:25
                          late  (9000, 00:06)
                          late  (9000, 00:07)

                        Timeline (append mode)
                        """);
    }

    @Test
    void aWrongLateCountNamesTheWatermark(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append());

        assertThat(failureOf(() -> run.batch(
                        "a hit", b -> b.given(hits, hit("9000", "00:05")).dropsLate(1))))
                .startsWith("""
                        Batch "a hit" dropped 0 late rows, not 1
                        Batch 0 drops no row as late: there was no watermark before it.

                        Timeline (append mode)
                        """);
    }

    @Test
    void rowsThatWereNotExpectedNameTheBatchWithoutDataThatEmittedThem(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append());

        assertThat(failureOf(() -> run.batch(
                        "two",
                        b -> b.given(hits, hit("1", "00:05"), hit("1", "00:35")).emitsNothing())))
                .startsWith("""
                        Batch "two" emitted rows, but none was expected: 1 row was not expected

                                        window       zip  hits
                          not expected  00:00-00:10  1    1

                        Batch 1, without data, emitted 1 of them: it moved the watermark to 00:25.

                        Timeline (append mode)
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
    void wrongTableShowsTheRowsThatDiffer(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(failureOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:15")).table(row("1", "00:16")))))
                .startsWith("""
                        Batch "a hit" left another result than expected: 1 row differs

                                    zip  time
                          expected  1    *00:16*
                          was       1    *00:15*

                        """);
    }

    @Test
    void rowsInAnotherOrderShowTheFirstThatIsNotInPlace(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(failureOf(() -> run.batch(
                        "two",
                        b -> b.given(hits, hit("1", "00:01"), hit("2", "00:02"))
                                .emitsInOrder(row("2", "00:02"), row("1", "00:01")))))
                .startsWith("""
                        Batch "two" emitted other rows than expected: the same rows in another order, first at row 1

                                    zip  time
                          expected  2    00:02
                          was       1    00:01

                        """);
    }

    @Test
    void otherColumnsAreNamedOneByOne(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append()).schema("zip STRING, time TIMESTAMP");

        assertThat(failureOf(() -> run.schema("zip STRING, at TIMESTAMP, n INT")))
                .isEqualTo("""
                        The query has other columns than expected:
                          column 2: expected at TIMESTAMP, was time TIMESTAMP
                          column 3: expected n INT, was none""");
    }

    @Test
    void expectedErrorThatDoesNotOccurIsAFailure(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(failureOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:01")).fails("zip"))))
                .startsWith("Batch \"a hit\" did not fail, but an error with \"zip\" was expected\n");
    }

    @Test
    void unexpectedErrorIsShown(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().selectExpr("raise_error(zip)"), append());

        assertThat(failureOf(() -> run.batch(
                        "a hit", b -> b.given(hits, hit("no zip", "00:01")).emitsNothing())))
                .contains("Batch \"a hit\" ended the query with an error: ")
                .contains("RuntimeException: no zip");
        assertThat(failureOf(() -> run.batch("again", b -> b.fails("no city"))))
                .contains("Batch \"again\" failed with another error than \"no city\": ")
                .contains("RuntimeException: no zip");
        run.batch("once more", b -> b.fails("no zip"));
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

    @Test
    void wrongUseIsRefusedAtTheCall(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), update())
                .batch("a hit", b -> b.given(hits, hit("1", "00:01")));

        assertThatIllegalStateException()
                .isThrownBy(() -> run.batch("late gift", b -> b.emitsNothing().given(hits, hit("1", "00:01"))))
                .withMessage("Batch \"late gift\": call given(...) before every expectation, because the first one runs"
                        + " the batch.");
        assertThatIllegalStateException()
                .isThrownBy(() -> run.batch("table", b -> b.table(row("1", 1))))
                .withMessage(
                        "table(...) in update mode needs to know which row replaces which: call keyedBy(...) on the"
                                + " run, with columns of zip, count.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.rewindTo("no such", b -> b.emitsNothing()))
                .withMessage("rewindTo(\"no such\"): no such batch ran; the steps are [a hit, late gift, table].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.clock("00:10").clock("00:09"))
                .withMessage("clock(00:09): the clock is already at 00:10 and cannot go back.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.batch("three", b -> b.emits(row("1", 2, 3))))
                .withMessage("A row of 3 values was given, but the schema has 2 columns: zip, count.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.batch("type", b -> b.emits(row("1", "two"))))
                .withMessage("Column \"count\" is bigint and cannot hold two, a String.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.batch("record", b -> b.emits(hit("1", "00:01"))))
                .withMessage("Hit has nothing named like column \"count\": it has zip, time.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hit("1", "five past"))
                .withMessage(
                        "\"five past\" is not a time: write \"00:05\" or \"00:05:30\" for a time on 2026-01-01 in UTC,"
                                + " or a whole instant as \"2026-01-02T00:05:00Z\".");
    }

    private static String failureOf(ThrowingCallable code) {
        return String.valueOf(
                catchThrowableOfType(AssertionFailedError.class, code).getMessage());
    }
}
