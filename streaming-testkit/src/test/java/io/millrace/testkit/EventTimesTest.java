package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Late and waiting rows in each kind of query that keeps state by event time. */
@StreamingTest
class EventTimesTest {
    @Test
    void sessionThatWaitsIsNamedByItsSpan(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> sessions = hits.rows()
                .withWatermark("time", "10 minutes")
                .groupBy(session_window(col("time"), "5 minutes"), col("zip"))
                .count();
        StreamRun run = kit.run(sessions, append());

        assertThat(reasonOf(() -> run.batch(
                        "a hit", b -> b.given(hits, hit("1", "00:20")).emits(row(row("00:20", "00:25"), "1", 1)))))
                .contains("session 00:20-00:25 of zip = 1 waits: the watermark is 00:10; send an event at"
                        + " 00:35 or later.\n");
    }

    @Test
    void rowInWindowsThatOverlapIsLateOnlyOnceAllHavePassed(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> counts = hits.rows()
                .withWatermark("time", "0 seconds")
                .groupBy(window(col("time"), "10 minutes", "5 minutes"))
                .count();

        kit.run(counts, update())
                .batch("time moves", b -> b.given(hits, hit("1", "00:12")).watermark("00:12"))
                .batch(
                        "late in one",
                        b -> b.given(hits, hit("2", "00:07")).dropsLate(0).emits(row(row("00:05", "00:15"), 2)))
                .batch(
                        "late in both",
                        b -> b.given(hits, hit("3", "00:04")).dropsLate(1).emitsNothing());
    }

    @Test
    void duplicatesThatComeTooLateAreDropped(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().withWatermark("time", "10 minutes").dropDuplicates("zip", "time"), append())
                .batch(
                        "two",
                        b -> b.given(hits, hit("1", "00:30"), hit("1", "00:30")).emits(hit("1", "00:30")))
                .batch(
                        "again",
                        b -> b.given(hits, hit("1", "00:30")).emitsNothing().dropsLate(0))
                .batch(
                        "late",
                        b -> b.given(hits, hit("2", "00:15")).emitsNothing().dropsLate(1));
    }

    @Test
    void lateRowOfADeduplicationIsNamedAndNoneIsSaidToWait(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().withWatermark("time", "10 minutes").dropDuplicates("zip", "time"), append())
                .batch("time moves", b -> b.given(hits, hit("1", "00:35")).runs());

        assertThat(reasonOf(() -> run.batch(
                        "late",
                        b -> b.given(hits, hit("2", "00:15"), hit("3", "00:36"))
                                .emits(hit("2", "00:15"), hit("3", "00:36")))))
                .contains("1 row was late: the watermark was 00:25\n  late  (2, 00:15)")
                .doesNotContain("waits");
    }

    @Test
    void rowsThatAreSplitOrFilteredBeforeTheWindowCountOnceOrNotAtAll(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zips ARRAY<STRING>, time TIMESTAMP");
        Dataset<Row> counts = rows.rows()
                .selectExpr("explode(zips) AS zip", "time")
                .filter("zip <> '0'")
                .withWatermark("time", "10 minutes")
                .groupBy(window(col("time"), "10 minutes"), col("zip"))
                .count();

        kit.run(counts, append())
                .batch(
                        "time moves",
                        b -> b.given(rows, row(List.of("1"), "00:35")).emitsNothing())
                .batch(
                        "late",
                        b -> b.given(
                                        rows,
                                        row(List.of("1", "2", "3"), "00:01"),
                                        row(List.of(), "00:01"),
                                        row(List.of("0"), "00:01"))
                                .dropsLate(1));
    }

    @Test
    void lateRowsOfEachInputOfAUnionAreNamed(StreamKit kit) {
        Input<Hit> left = kit.input("left", Hit.class);
        Input<Hit> right = kit.input("right", Hit.class);
        Dataset<Row> counts = left.rows()
                .union(right.rows())
                .withWatermark("time", "10 minutes")
                .groupBy(window(col("time"), "10 minutes"))
                .count();
        StreamRun run = kit.run(counts, append()).batch("time moves", b -> b.given(left, hit("1", "00:35")));

        assertThat(reasonOf(() -> run.batch(
                        "late",
                        b -> b.given(left, hit("l", "00:01"))
                                .given(right, hit("r", "00:02"), hit("r", "00:36"))
                                .dropsLate(0))))
                .isEqualTo("""
                        Batch "late" dropped 2 late rows, not 0
                        2 rows were late (Spark counts 1, after its partial aggregation): the watermark was 00:25
                          late  (l, 00:01)
                          late  (r, 00:02)
                        """);
    }

    @Test
    void queryWithoutStateDropsNothingAsLate(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);

        kit.run(hits.rows().withWatermark("time", "0 seconds"), append())
                .batch("now", b -> b.given(hits, hit("1", "00:30")).watermark("00:30"))
                .batch(
                        "before",
                        b -> b.given(hits, hit("2", "00:01")).dropsLate(0).emits(hit("2", "00:01")));
    }
}
