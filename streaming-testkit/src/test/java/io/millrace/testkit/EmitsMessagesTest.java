package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Failure messages of steps that emit other rows than expected. */
@StreamingTest
class EmitsMessagesTest {
    @Test
    void stepThatEmitsNothingSaysSo(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().filter("zip <> '0'").select("zip"), append());

        assertThat(reasonOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("0", "00:01")).emits(row("0"), row("1")))))
                .isEqualTo("""
                        Batch "a hit" emitted nothing: 2 rows are missing

                                   zip
                          missing  0
                          missing  1
                        """);
    }

    @Test
    void stepWithoutRowsAndWithoutABatchSaysThatNoneRan(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append());

        assertThat(reasonOf(() -> run.batch("forgotten", b -> b.emits(row("1")))))
                .isEqualTo("""
                Batch "forgotten" emitted nothing: 1 row is missing

                           zip
                  missing  1

                No batch ran: nothing new was given, and no batch without data was due.
                """);
    }

    @Test
    void stepThatEmitsARowTwiceShowsTheSecond(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append());

        assertThat(reasonOf(() -> run.batch(
                        "two hits",
                        b -> b.given(hits, hit("1", "00:01"), hit("1", "00:02")).emits(row("1")))))
                .isEqualTo("""
                        Batch "two hits" emitted other rows than expected: 1 row was not expected

                                        zip
                          not expected  1
                        """);
    }

    @Test
    void nullInsteadOfAValueIsMarked(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "id INT, name STRING, n BIGINT");
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(reasonOf(() ->
                        run.batch("a null", b -> b.given(rows, row(1, null, 2)).emits(row(1, "a", 2)))))
                .isEqualTo("""
                        Batch "a null" emitted other rows than expected: 1 row differs

                                    id  name    n
                          expected  1   *a*     2
                          was       1   *null*  2
                        """);
    }

    @Test
    void nestedValuesThatDifferAreShownWhole(StreamKit kit) {
        Input<Row> rows = kit.rows(
                "rows",
                "id INT, place STRUCT<zip: STRING, since: TIMESTAMP>, tags ARRAY<STRING>, counts MAP<STRING, BIGINT>");
        StreamRun run = kit.run(rows.rows(), append());
        Row given = row(1, row("9000", "00:05"), List.of("a", "b"), Map.of("k", 1));
        Row expected = row(1, row("9000", "00:06"), List.of("b", "a"), Map.of("k", 1));

        assertThat(reasonOf(() -> run.batch(
                        "nested", b -> b.given(rows, given).emits(given).emits(expected))))
                .isEqualTo("""
                        Batch "nested" emitted other rows than expected: 1 row differs

                                    id  place            tags      counts
                          expected  1   *(9000, 00:06)*  *[b, a]*  {k=1}
                          was       1   *(9000, 00:05)*  *[a, b]*  {k=1}
                        """);
    }

    @Test
    void decimalsDatesAndTimesAreShownAsATestWritesThem(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "day DATE, price DECIMAL(10, 2), ok BOOLEAN, time TIMESTAMP");
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(reasonOf(() -> run.batch(
                        "a sale",
                        b -> b.given(rows, row("2026-01-02", "1.5", true, "00:05:30"))
                                .emits(row("2026-01-02", "1.50", true, "00:05:30"))
                                .emits(row("2026-01-02", "1.51", true, "2026-01-02T00:05:30Z")))))
                .isEqualTo("""
                        Batch "a sale" emitted other rows than expected: 1 row differs

                                    day         price   ok    time
                          expected  2026-01-02  *1.51*  true  *2026-01-02T00:05:30*
                          was       2026-01-02  *1.50*  true  *00:05:30*
                        """);
    }

    @Test
    void onlyTheFirstTwentyRowsAreShown(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "n INT");
        StreamRun run = kit.run(rows.rows(), append());

        String message = reasonOf(() -> run.batch(
                "thirty", b -> b.given(rows, Collections.nCopies(30, row(7))).emitsNothing()));

        assertThat(message)
                .startsWith("Batch \"thirty\" emitted rows, but none was expected: 30 rows were not expected\n")
                .endsWith("  not expected  7\n  not expected  ... and 10 more\n");
        assertThat(message.lines().filter("  not expected  7"::equals)).hasSize(20);
    }

    @Test
    void otherRowsAreReportedAsSuchEvenIfOrderMatters(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count().orderBy("zip"), complete());

        assertThat(reasonOf(() -> run.batch(
                        "two",
                        b -> b.given(hits, hit("b", "00:01"), hit("a", "00:01"))
                                .emitsInOrder(row("a", 1), row("b", 1))
                                .emitsInOrder(row("b", 1), row("a", 2)))))
                .isEqualTo("""
                        Batch "two" emitted other rows than expected: 1 row differs

                                    zip  count
                          expected  a    *2*
                          was       a    *1*
                        """);
    }

    @Test
    void keysOfARunPairRowsThatDiffer(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "a INT, id INT, b INT, c INT");
        StreamRun run = kit.run(rows.rows(), append()).keyedBy("id");

        assertThat(reasonOf(() ->
                        run.batch("one", b -> b.given(rows, row(1, 7, 1, 1)).emits(row(2, 7, 2, 2)))))
                .isEqualTo("""
                        Batch "one" emitted other rows than expected: 1 row differs

                                    a    id  b    c
                          expected  *2*  7   *2*  *2*
                          was       *1*  7   *1*  *1*
                        """);
    }

    @Test
    void rowsThatWereLateAreAmongTheReasons(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), update()).batch("time moves", b -> b.given(hits, hit("1", "00:35")));

        assertThat(reasonOf(() -> run.batch(
                        "a straggler",
                        b -> b.given(hits, hit("9000", "00:06")).emits(row(row("00:00", "00:10"), "9000", 1)))))
                .isEqualTo("""
                        Batch "a straggler" emitted nothing: 1 row is missing

                                   window       zip   hits
                          missing  00:00-00:10  9000  1

                        1 row was late: the watermark was 00:25
                          late  (9000, 00:06)
                        """);
    }

    @Test
    void onlyTheFirstFiveWaitingWindowsAreNamed(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> counts = hits.rows()
                .withWatermark("time", "2 hours")
                .groupBy(window(col("time"), "10 minutes"))
                .count();
        StreamRun run = kit.run(counts, append());
        List<Hit> six = Stream.of("01:10", "01:20", "01:30", "01:40", "01:50", "02:00")
                .map(time -> hit("1", time))
                .toList();

        String message = reasonOf(() -> run.batch("six", b -> b.given(hits, six).emits(row(row("01:10", "01:20"), 1))));

        assertThat(message.lines().filter(line -> line.contains(" waits: ")))
                .hasSize(5)
                .startsWith("window 01:10-01:20 waits: the watermark is 00:00; send an event at 03:20 or later.");
    }

    @Test
    void expectedRowsThatDoNotFitTheQueryAreRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().selectExpr("zip", "length(zip) AS digits", "time"), append());

        assertThat(refusalOf(() -> run.batch(
                        "too few", b -> b.given(hits, hit("1", "00:01")).emits(row("1", 1)))))
                .isEqualTo("Batch \"too few\": emits(..): The row has 2 values for 3 columns: zip, digits, time.");
        assertThat(refusalOf(() -> run.batch("too big", b -> b.emits(row("1", 1L << 31, "00:01")))))
                .isEqualTo(
                        "Batch \"too big\": emits(..): Column \"digits\" is int and cannot hold 2147483648, a Long.");
        assertThat(refusalOf(() -> run.batch("no number", b -> b.emits(row("1", "one", "00:01")))))
                .isEqualTo("Batch \"no number\": emits(..): Column \"digits\" is int and cannot hold one, a String.");
        assertThat(refusalOf(() -> run.batch("no such name", b -> b.emits(hit("1", "00:01")))))
                .isEqualTo("Batch \"no such name\": emits(..): Hit has nothing named like column \"digits\": it has"
                        + " zip, time.");
    }

    @Test
    void failuresCarryExpectedAndActualForAnIde(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append());

        AssertionFailedError rows = errorOf(() -> run.batch(
                "rows", b -> b.given(hits, hit("b", "00:01"), hit("a", "00:02")).emits(row("a"), row("c"))));
        AssertionFailedError count = errorOf(() ->
                run.batch("count", b -> b.given(hits, hit("1", "00:03")).runsBatches(2)));

        assertThat(rows.getExpected().getValue()).isEqualTo("(a)\n(c)");
        assertThat(rows.getActual().getValue()).isEqualTo("(a)\n(b)");
        assertThat(count.getExpected().getValue()).isEqualTo(2);
        assertThat(count.getActual().getValue()).isEqualTo(1);
    }

    private static AssertionFailedError errorOf(ThrowingCallable step) {
        return assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(step)
                .actual();
    }

    @Test
    void givenRowsThatDoNotFitTheInputAreRefused(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, hits BIGINT");
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(refusalOf(() -> run.batch("too many", b -> b.given(rows, row("1", 2, 3)))))
                .isEqualTo("Batch \"too many\": given(rows, ..): The row has 3 values for 2 columns: zip, hits.");
        assertThat(refusalOf(() -> run.batch("turned round", b -> b.given(rows, row(1, "9000")))))
                .isEqualTo("Batch \"turned round\": given(rows, ..): Column \"zip\" is string and cannot hold 1, a"
                        + " Integer.");
        assertThat(refusalOf(() -> run.batch("the second", b -> b.given(rows, row("1", 2), row("1", "two")))))
                .isEqualTo(
                        "Batch \"the second\": given(rows, ..): row 2: Column \"hits\" is bigint and cannot hold two, a"
                                + " String.");
        run.batch("well", b -> b.given(rows, row("9000", 1)).emits(row("9000", 1)));
    }
}
