package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.AssertionFailedError;

/** Failure messages of queries that end with an error, and the steps after it. */
@StreamingTest
class FailingQueryTest {
    private static final class RefusingWriter extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean open(long partition, long epoch) {
            return true;
        }

        @Override
        public void process(Row row) {
            throw new IllegalStateException("no place for the row");
        }

        @Override
        public void close(Throwable error) {}
    }

    private static final MapFunction<Row, String> BROKEN = hit -> {
        throw new IllegalStateException("no such zip: " + hit.getString(0), new NumberFormatException("not a number"));
    };

    @Test
    void errorOfAFunctionOfTheUserIsNamedWithItsCauses(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().map(BROKEN, Encoders.STRING()).toDF("zip"), append());

        assertThat(reasonOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("x", "00:01")).emits(row("x")))))
                .matches("(?s)Batch \"a hit\" ended the query with an error:"
                        + " IllegalStateException: no such zip: x \\(FailingQueryTest\\.java:\\d+\\);"
                        + " caused by NumberFormatException: not a number \\(FailingQueryTest\\.java:\\d+\\);"
                        + " reported as StreamingQueryException: .*")
                .doesNotContain("at io.millrace");
    }

    @Test
    void errorIsTheCauseOfTheFailureAndTheTimelineFollows(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().map(BROKEN, Encoders.STRING()).toDF("zip"), append());

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> run.batch("a hit", b -> b.given(hits, hit("x", "00:01"))))
                .withMessageEndingWith("""


                        Timeline (append mode)
                          a hit
                            in   hits (x, 00:01)
                        """)
                .havingRootCause()
                .isInstanceOf(NumberFormatException.class);
    }

    @Test
    void errorThatWasExpectedIsFoundInAnyOfItsCauses(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().map(BROKEN, Encoders.STRING()).toDF("zip"), append())
                .batch("a hit", b -> b.given(hits, hit("x", "00:01")).fails("no such zip: x"))
                .batch("the same again", b -> b.fails("not a number"));
    }

    @Test
    void anotherErrorThanTheExpectedOneIsNamed(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().map(BROKEN, Encoders.STRING()).toDF("zip"), append());

        assertThat(reasonOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("x", "00:01")).fails("no city"))))
                .startsWith("Batch \"a hit\" failed with another error than \"no city\":"
                        + " IllegalStateException: no such zip: x (FailingQueryTest.java:");
    }

    @Test
    void missingErrorIsReportedWithTheRowsThatWereEmitted(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append());

        assertThat(failureOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("x", "00:01")).fails("no city"))))
                .isEqualTo("""
                        Batch "a hit" did not fail, but an error with "no city" was expected

                        Timeline (append mode)
                          a hit
                            in   hits (x, 00:01)
                            batch 0 (data)
                            out  (x)
                        """);
    }

    @Test
    void batchThatFailedRunsAgainWithTheNextStep(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().map(BROKEN, Encoders.STRING()).toDF("zip"), append())
                .batch("good and bad", b -> b.given(hits, hit("1", "00:01")).fails("no such zip"))
                .restartWith(hits.rows().select("zip"))
                .batch(
                        "repaired",
                        b -> b.given(hits, hit("2", "00:02"))
                                .emits(row("1"), row("2"))
                                .runsBatches(2));
    }

    @Test
    void rowsOfBatchesBeforeTheErrorStayInTheTimeline(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().selectExpr("if(zip = '0', raise_error('zip 0'), zip) AS zip"), append())
                .batch("good", b -> b.given(hits, hit("1", "00:01")).emits(row("1")))
                .batch("bad", b -> b.given(hits, hit("0", "00:02")).fails("zip 0"));

        assertThat(run.timeline()).isEqualTo("""
                Timeline (append mode)
                  good
                    in   hits (1, 00:01)
                    batch 0 (data)
                    out  (1)
                  bad
                    in   hits (0, 00:02)
                """);
    }

    @Test
    void queryThatSparkRefusesToStartFailsItsFirstStep(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), append());

        assertThat(reasonOf(() -> run.batch("a hit", b -> b.given(hits, hit("1", "00:01")))))
                .startsWith("Batch \"a hit\" ended the query with an error: ")
                .contains("AnalysisException: ")
                .contains("streaming aggregations")
                .contains("without watermark");
    }

    @Test
    void errorOfAWritersOwnSinkIsNamedAndTheBatchRunsAgain(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        TestTable table = TestTable.named("FailingQueryTest");
        table.broken(true);
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> table.appendOnce(id, batch.collectAsList());
        StreamRun run = kit.run(hits.rows().select("zip").writeStream().foreachBatch(write), table::rows);

        assertThat(reasonOf(() -> run.batch("refused", b -> b.given(hits, hit("1", "00:01")))))
                .startsWith("Batch \"refused\" ended the query with an error: ")
                .contains("IllegalStateException: the table refuses writes");
        table.broken(false);
        run.batch("taken", b -> b.table(row("1")));
    }

    @Test
    void errorOfAWritersOwnFunctionIsFoundBelowThatOfSpark(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> {
            throw new IllegalStateException("the table of batch " + id + " is full");
        };
        ForeachWriter<Row> eachRow = new RefusingWriter();

        kit.run(hits.rows().writeStream().foreachBatch(write), List::of)
                .batch("refused", b -> b.given(hits, hit("1", "00:01")).fails("the table of batch 0 is full"));
        StreamRun byRow = kit.run(hits.rows().writeStream().foreach(eachRow), List::of);
        assertThat(reasonOf(() -> byRow.batch("refused", b -> b.fails("another"))))
                .contains("IllegalStateException: no place for the row")
                .doesNotContain("at io.millrace");
    }

    @Test
    @Timeout(60)
    void queryOfAWriterEndsWithTheTestThatIsInterrupted(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        CountDownLatch inBatch = new CountDownLatch(1);
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> {
            inBatch.countDown();
            new CountDownLatch(1).await();
        };
        StreamRun run = kit.run(hits.rows().writeStream().foreachBatch(write), List::of);
        FutureTask<StreamRun> step = new FutureTask<>(() ->
                run.batch("a hit", b -> b.given(hits, hit("1", "00:01")).runs()));
        Thread test = new Thread(step);
        test.start();
        inBatch.await();

        test.interrupt();

        assertThatThrownBy(step::get).hasMessageContaining("The test was interrupted.");
        assertThat(kit.spark().streams().active()).isEmpty();
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
                .containsPattern("RuntimeException: (\\[USER_RAISED_EXCEPTION] )?no zip");
        assertThat(failureOf(() -> run.batch("again", b -> b.fails("no city"))))
                .contains("Batch \"again\" failed with another error than \"no city\": ")
                .containsPattern("RuntimeException: (\\[USER_RAISED_EXCEPTION] )?no zip");
        run.batch("once more", b -> b.fails("no zip"));
    }
}
