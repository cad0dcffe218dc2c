package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Expectations on what Spark measures of a batch, and on the batches of a source with a limit. */
@StreamingTest
class BatchStatisticsTest {
    @Test
    void metricsThatTheQueryObservesAreCompared(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> observed = hits.rows()
                .observe("read", count(lit(1)).as("rows"), max("zip").as("last"))
                .observe("all", count(lit(1)).as("rows"));
        StreamRun run = kit.run(observed.select("zip"), append())
                .batch(
                        "two",
                        b -> b.given(hits, hit("a", "00:01"), hit("b", "00:02"))
                                .observed("read", row(2, "b"))
                                .columns("last")
                                .observed("read", row("b")));

        assertThat(failureOf(() ->
                        run.batch("one", b -> b.given(hits, hit("c", "00:03")).observed("read", row(2, "c")))))
                .startsWith("""
                        Batch "one" observed other metrics read than expected: 1 row is missing, 1 row was not expected

                                        rows  last
                          missing       2     c
                          not expected  1     c

                        """);
        assertThat(refusalOf(() ->
                        run.batch("other", b -> b.given(hits, hit("d", "00:04")).observed("red", row(1)))))
                .isEqualTo("Batch \"other\": observed(\"red\"): the query observes all, read.");
        assertThat(refusalOf(() -> kit.run(hits.rows(), append())
                        .batch("none", b -> b.given(hits, hit("d", "00:04")).observed("red", row(1)))))
                .isEqualTo("Batch \"none\": observed(\"red\"): the query does not call observe(..).");
    }

    @Test
    void eventTimesThatSparkMeasuresAreCompared(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().withWatermark("time", "10 minutes"), append())
                .batch(
                        "two",
                        b -> b.given(hits, hit("a", "00:01"), hit("b", "00:04"))
                                .eventTimes("00:01", "00:04")
                                .averageEventTime("00:02:30"));

        assertThat(failureOf(() ->
                        run.batch("one", b -> b.given(hits, hit("c", "00:05")).eventTimes("00:01", "00:05"))))
                .startsWith("Batch \"one\" measured event times from 00:05 to 00:05, not from 00:01 to 00:05\n");
        assertThat(failureOf(() -> run.batch(
                        "average", b -> b.given(hits, hit("c", "00:06")).averageEventTime("00:07"))))
                .startsWith("Batch \"average\" measured an average event time of 00:06, not 00:07\n");
        assertThat(failureOf(() -> kit.run(hits.rows(), append())
                        .batch("none", b -> b.given(hits, hit("c", "00:06")).eventTimes("00:06", "00:06"))))
                .startsWith("Batch \"none\" measured no event time: the query does not call withWatermark\n");
    }

    @Test
    void inputWithALimitIsReadInSeveralBatches(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class).maxRowsPerBatch(2);
        kit.run(
                        hits.rows()
                                .observe("read", count(lit(1)).as("rows"))
                                .groupBy("zip")
                                .count(),
                        update())
                .batch(
                        "five",
                        b -> b.given(
                                        hits,
                                        hit("a", "00:01"),
                                        hit("a", "00:02"),
                                        hit("a", "00:03"),
                                        hit("a", "00:04"),
                                        hit("b", "00:05"))
                                .runsBatches(3)
                                .observed("read", row(2), row(2), row(1))
                                .emits(row("a", 2), row("a", 4), row("b", 1)))
                .restart()
                .batch(
                        "one",
                        b -> b.given(hits, hit("b", "00:06")).runsBatches(1).emits(row("b", 2)));
    }

    @Test
    void limitHoldsInRunsOfAWriterAndWhenABatchRunsAgain(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class).maxRowsPerBatch(1);
        kit.run(
                        hits.rows().select("zip").writeStream().format("memory").queryName("zips"),
                        () -> kit.spark().table("zips").collectAsList())
                .batch(
                        "two",
                        b -> b.given(hits, hit("a", "00:01"), hit("b", "00:02"))
                                .runsBatches(2)
                                .table(row("a"), row("b")));
        kit.run(hits.rows().select("zip"), append())
                .batch("more", b -> b.given(hits, hit("c", "00:03")).emits(row("a"), row("b"), row("c")))
                .rewindTo("more", b -> b.runsBatches(3).emits(row("a"), row("b"), row("c")));
        assertThat(refusalOf(() -> hits.maxRowsPerBatch(0)))
                .isEqualTo("maxRowsPerBatch(0): a batch reads 1 row or more, so that the query gets on.");
    }

    @Test
    void limitHoldsWithoutBatchesWithoutData(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class).maxRowsPerBatch(1);
        kit.run(hits.rows().select("zip"), append())
                .explicitNoDataBatches()
                .batch(
                        "two",
                        b -> b.given(hits, hit("a", "00:01"), hit("b", "00:02"))
                                .runsBatches(2)
                                .emits(row("a"), row("b")));
    }
}
