package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.core.Pipeline;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import java.time.Duration;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

@StreamingTest
class RunsTest {
    private static final Transform ZIP_ONLY = rows -> rows.select("zip");

    @Test
    void aPipelineRestartsInAnotherVersion(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING");
        Pipeline old = Pipeline.named("hits").from(hits);
        StreamRun run = kit.run(old).batch("old", b -> b.given(hits, row("1")).emits(row("1")));

        run.restartWith(old.via(Transforms.withColumn("zip", "concat('zip ', zip)")))
                .batch("new", b -> b.given(hits, row("2")).emits(row("zip 2")));
    }

    @Test
    void aRunRestartsInAnotherOutputMode(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append())
                .keyedBy("window", "zip")
                .batch("open", b -> b.given(hits, hit("1", "00:05")).emitsNothing())
                .restartWith(windowed(hits), update())
                .batch(
                        "updated",
                        b -> b.given(hits, hit("1", "00:06"))
                                .emits(row(row("00:00", "00:10"), "1", 2))
                                .table(row(row("00:00", "00:10"), "1", 2)))
                .restartWith(Pipeline.named("hits").from(hits).via(ZIP_ONLY).outputMode(update()));

        assertThat(run.timeline())
                .startsWith("Timeline (append mode)\n  open\n")
                .contains("  -- restarted in update mode --\n  updated\n");
    }

    @Test
    void otherInputsAfterARestartAreRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Input<Hit> others = kit.input("others", Hit.class);
        StreamRun run = kit.run(hits.rows(), append())
                .batch("one", b -> b.given(hits, hit("1", "00:05")).runs());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.restartWith(others.rows()))
                .withMessage("restartWith(newQuery): the run reads hits, and the new query others. Spark continues its"
                        + " sources by their order: read the same inputs in the same order.");
    }

    @Test
    void rowsOfBeforeARestartThatFitNoMoreAreNamedAsSuch(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append())
                .batch("one", b -> b.given(hits, hit("1", "00:05")).runs())
                .restartWith(hits.rows());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.replayLast(b -> b.sameOutput()))
                .withMessage("Batch \"replay of batch 0\": sameOutput(): batch 0 of before the restart: The row has 1"
                        + " value for 2 columns: zip, time.");
    }

    @Test
    void queryThatTheTestHasStoppedSaysSo(StreamKit kit) throws Exception {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append())
                .batch("one", b -> b.given(hits, hit("1", "00:05")).runs());
        kit.spark().streams().active()[0].stop();

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() ->
                        run.batch("two", b -> b.given(hits, hit("2", "00:05")).runs()))
                .withMessageStartingWith(
                        "Batch \"two\" ended the query with an error: IllegalStateException: The query was"
                                + " stopped, and not by the kit. To start it again, call restart().");
        run.restart().batch("three", b -> b.emits(hit("2", "00:05")));
    }

    @Test
    void nowIsTheTimeOfTheClock(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().selectExpr("now()", "unix_timestamp() % 10 AS second"), append())
                .schema("`now()` TIMESTAMP, second BIGINT")
                .clock("00:05")
                .batch("one", b -> b.given(hits, hit("1", "00:01")).emits(row("00:05", 0)));
    }

    @Test
    void pipelineOfAContinuousQueryIsRefused(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING");
        Pipeline pipeline = Pipeline.named("hits").from(hits).continuous(Duration.ofSeconds(5));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> kit.run(pipeline))
                .withMessage("continuous(PT5S): a step of the kit is a micro-batch. Run the pipeline without"
                        + " continuous(..), and add the call where the job starts.");
    }

    @Test
    void transformRunsAlone(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits, ZIP_ONLY, append())
                .batch("one", b -> b.given(hits, hit("1", "00:01")).emits(row("1")));
    }

    @Test
    void pipelineRunsUpToItsSinkFromAnotherSource(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Pipeline pipeline = Pipeline.named("zips")
                .from(spark -> {
                    throw new IllegalStateException("the source of production");
                })
                .via(ZIP_ONLY)
                .to(rows -> rows.writeStream().format("noop"))
                .checkpointAt("no-such-scheme://bucket/zips")
                .outputMode(update());

        kit.run(pipeline, hits)
                .batch("one", b -> b.given(hits, hit("1", "00:01")).emits(row("1")));
    }

    @Test
    void writerRunsIntoItsOwnSinkAndItsTargetIsRead(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        TestTable table = TestTable.named("RunsTest");
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> table.appendOnce(id, batch.collectAsList());

        StreamRun run = kit.run(hits.rows().writeStream().foreachBatch(write), table::rows)
                .batch("one", b -> b.given(hits, hit("1", "00:01")).table(row("1", "00:01")))
                .restart()
                .replayLast(b -> b.table(row("1", "00:01")))
                .batch("two", b -> b.given(hits, hit("2", "00:02")).table(row("1", "00:01"), row("2", "00:02")));

        assertThatIllegalStateException()
                .isThrownBy(() ->
                        run.batch("three", b -> b.given(hits, hit("3", "00:03")).emits(row("3", "00:03"))))
                .withMessage(
                        "This run writes into its own sink, so the kit sees its target and not the rows of a batch:"
                                + " expect table(...).");
    }

    @Test
    void writerRunsTheBatchWithoutDataThatClosesAWindow(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        TestTable table = TestTable.named("RunsTest windows");
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> table.appendOnce(id, batch.collectAsList());

        kit.run(windowed(hits).writeStream().foreachBatch(write), table::rows)
                .batch(
                        "time moves",
                        b -> b.given(hits, hit("1", "00:05"), hit("1", "00:35"))
                                .runsBatches(2)
                                .table(row(row("00:00", "00:10"), "1", 1)));
    }

    @Test
    void batchesWithoutDataRunOnlyOnRequest(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append())
                .explicitNoDataBatches()
                .batch(
                        "time moves",
                        b -> b.given(hits, hit("1", "00:05"), hit("1", "00:35"))
                                .emitsNothing()
                                .runsBatches(1))
                .noDataBatch(
                        "the window closes",
                        b -> b.emits(row(row("00:00", "00:10"), "1", 1)).stateRows(1));

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> run.noDataBatch("once more", b -> b.emitsNothing()))
                .withMessageStartingWith(
                        "Batch \"once more\" ran nothing: no batch without data is due, because the watermark"
                                + " has not moved\n");
    }

    @Test
    void processingTimeStandsStillUntilItIsMoved(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().selectExpr("zip", "current_timestamp() AS now"), append())
                .batch("midnight", b -> b.given(hits, hit("1", "00:01")).emits(row("1", "00:00")))
                .clock("12:00")
                .batch("noon", b -> b.given(hits, hit("2", "00:01")).emits(row("2", "12:00")))
                .restart()
                .replayLast(b -> b.sameOutput().emits(row("2", "12:00")));
    }

    @Test
    void restartTakesAnotherVersionAndAnotherPartitioning(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().select("zip"), append())
                .batch("old", b -> b.given(hits, hit("1", "00:01")).emits(row("1")))
                .restartWith(hits.rows().selectExpr("concat(zip, '!')"))
                .batch("new", b -> b.given(hits, hit("2", "00:02")).emits(row("2!")))
                .restartWithPartitions(3)
                .rewindTo("old", b -> b.emits(row("1!"), row("2!")).runsBatches(2));
    }

    @Test
    void stateSurvivesARestart(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().groupBy("zip").count(), update())
                .batch("one", b -> b.given(hits, hit("1", "00:01")).emits(row("1", 1)))
                .restartWithPartitions(2)
                .batch("two", b -> b.given(hits, hit("1", "00:02")).emits(row("1", 2)));
    }

    @Test
    void queryGoesOnAfterAnExpectedError(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().selectExpr("if(zip = '0', raise_error('no zip'), zip) AS zip"), append())
                .batch("poison", b -> b.given(hits, hit("0", "00:01")).fails("no zip"))
                .restartWith(hits.rows().filter("zip <> '0'").select("zip"))
                .batch("repaired", b -> b.given(hits, hit("1", "00:02")).emits(row("1")));
    }

    @Test
    void numbersMayDifferByATolerance(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "x DOUBLE");
        StreamRun run = kit.run(rows.rows(), append())
                .tolerance("x", 0.01)
                .batch("near", b -> b.given(rows, row(1.0), row(2.0)).emits(row(2.005), row(0.995)));

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> run.batch("far", b -> b.given(rows, row(1.0)).emits(row(1.02))))
                .withMessageContaining("missing       1.02");
    }

    @Test
    void nullabilityIsComparedOnRequest(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "n INT");
        StreamRun run = kit.run(rows.rows(), append()).schema("n INT NOT NULL");

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> run.schemaWithNullability(StructType.fromDDL("n INT NOT NULL")))
                .withMessageContaining("column 1: expected n \"integer\" NOT NULL, was n \"integer\"");
    }

    @Test
    void replayInUpdateModeEmitsTheSame(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        List<Hit> three = List.of(hit("1", "00:01"), hit("2", "00:02"), hit("1", "00:03"));
        kit.run(hits.rows().groupBy("zip").count(), update())
                .batch("three", b -> b.given(hits, three).emits(row("1", 2), row("2", 1)))
                .batch("more", b -> b.given(hits, three).emits(row("1", 4), row("2", 2)))
                .replayLast(b -> b.sameOutput())
                .rewindTo("three", b -> b.emits(row("1", 2), row("2", 1), row("1", 4), row("2", 2)));
    }
}
