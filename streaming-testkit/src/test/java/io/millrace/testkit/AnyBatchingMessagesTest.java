package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failure messages of results that depend on their batches. */
@StreamingTest
class AnyBatchingMessagesTest {
    private static final CountDownLatch IN_BATCH = new CountDownLatch(1);

    @Test
    void rowsOfEachInputAreShownAndThoseOfKafkaAsKeyAndValue(StreamKit kit) {
        Input<Hit> left = kit.input("left", Hit.class);
        Input<KafkaRow> right = kit.kafka("right");
        AnyBatching trial = kit.anyBatching()
                .seed(4)
                .given(left, hit("a", "00:35"))
                .given(right, KafkaRow.value("b").key("k"));

        assertThat(failureOf(() -> trial.check(
                        rows -> numbered(
                                rows.of(left).select("zip").union(rows.of(right).selectExpr("CAST(value AS STRING)"))),
                        append())))
                .isEqualTo("""
                        The result depends on how the rows are cut into batches (seed 4). \
                        The smallest cut that differs has 2 batches, read in 1 partition:
                          batch 0  right k = b
                          batch 1  left (a, 00:35)

                        Compared with the same query on all rows in one batch, 1 row differs

                                    zip  part
                          expected  b    *1*
                          was       b    *0*
                        """);
    }

    @Test
    void resultThatDependsOnThePartitionsKeepsThem(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        AnyBatching trial = kit.anyBatching().seed(3).given(hits, hit("a", "00:01"), hit("b", "00:02"));

        assertThat(failureOf(() -> trial.check(rows -> numbered(rows.of(hits)), append())))
                .contains("The smallest cut that differs has 1 batch, read in ")
                .endsWith("""
                         partitions:
                          batch 0  hits (a, 00:01)
                          batch 0  hits (b, 00:02)

                        Compared with the same query on all rows in one batch, 1 row differs

                                    zip  part
                          expected  b    *0*
                          was       b    *1*
                        """);
    }

    @Test
    void numbersThatDifferByLessThanTheToleranceAreTheSame(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, x DOUBLE");
        AnyBatching trial = kit.anyBatching().given(rows, row("a", 0.5), row("b", 0.5));
        Function<AnyBatching.Rows, Dataset<Row>> numbers =
                all -> all.of(rows).selectExpr("zip", "x + spark_partition_id() / 8D AS s");

        trial.tolerance("s", 0.25).check(numbers, append());
        assertThat(failureOf(() -> trial.check(numbers, append()))).endsWith("""
                        Compared with the same query on all rows in one batch, 1 row differs

                                    zip  s
                          expected  b    *0.5*
                          was       b    *0.625*
                        """);
    }

    @Test
    void queryThatFailsOnACutIsReportedAsSuch(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        AnyBatching trial = kit.anyBatching().cuts(1).given(hits, hit("a", "00:01"));

        assertThat(refusalOf(
                        () -> trial.check(rows -> rows.of(hits).groupBy("zip").count(), append())))
                .startsWith("The query fails with all rows in one batch: ")
                .contains("AnalysisException: ")
                .contains("streaming aggregations")
                .contains("without watermark");
    }

    @Test
    @Timeout(60)
    void queryOfATrialEndsWithTheTestThatIsInterrupted(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        AnyBatching trial = kit.anyBatching().cuts(1).given(hits, hit("a", "00:01"));
        FutureTask<Void> check = new FutureTask<>(
                () -> trial.check(
                        rows -> rows.of(hits).filter((FilterFunction<Row>) AnyBatchingMessagesTest::waitForAnInterrupt),
                        append()),
                null);
        Thread test = new Thread(check);
        test.start();
        IN_BATCH.await();

        test.interrupt();

        assertThatThrownBy(check::get).hasMessageContaining("The test was interrupted.");
        assertThat(kit.spark().streams().active()).isEmpty();
    }

    private static boolean waitForAnInterrupt(Row hit) throws InterruptedException {
        IN_BATCH.countDown();
        new CountDownLatch(1).await();
        return true;
    }

    @Test
    void zeroCutsAreRefused(StreamKit kit) {
        assertThat(refusalOf(() -> kit.anyBatching().cuts(0))).isEqualTo("cuts(0): try at least one.");
        assertThat(refusalOf(() -> kit.anyBatching().cuts(-3))).isEqualTo("cuts(-3): try at least one.");
    }

    @Test
    void givenRowsThatDoNotFitTheInputAreRefusedAtOnce(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, n INT");

        assertThat(refusalOf(() -> kit.anyBatching().given(rows, row("1"))))
                .isEqualTo("given(rows, ..): The row has 1 value for 2 columns: zip, n.");
    }

    @Test
    void everyCallReturnsACopy(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        AnyBatching plain = kit.anyBatching().seed(5).given(hits, hit("a", "00:01"), hit("a", "00:02"));
        AnyBatching keyed = plain.keyedBy("count");

        assertThat(plain.seed(1)).isNotSameAs(plain);
        assertThat(keyed).isNotSameAs(plain);
        assertThat(keyed.tolerance("s", 0.5)).isNotSameAs(keyed);
    }

    /** Numbers rows by the partition that reads them, of which a batch query has only one. */
    private static Dataset<Row> numbered(Dataset<Row> rows) {
        Dataset<Row> numbered = rows.selectExpr("zip", "spark_partition_id() AS part");
        return numbered.isStreaming() ? numbered : numbered.withColumn("part", lit(0));
    }
}
