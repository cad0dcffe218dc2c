package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Failure messages of missing, unexpected and late rows. */
@StreamingTest
class RowMessagesTest {
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
                        2 rows were late (Spark counts 1, after its partial aggregation): the watermark was 00:25
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
}
