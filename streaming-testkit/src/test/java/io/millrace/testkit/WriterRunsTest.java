package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs of a writer or a pipeline into its own sink, of which the kit compares the target. */
@StreamingTest
class WriterRunsTest {
    /** The target of a user's own function, of rows without a schema. */
    private static final List<Row> TARGET = Collections.synchronizedList(new ArrayList<>());

    private static final VoidFunction2<Dataset<Row>, Long> APPEND =
            (batch, id) -> batch.collectAsList().forEach(row -> TARGET.add(row(row.get(0), row.get(1))));

    @BeforeEach
    void clear() {
        TARGET.clear();
    }

    private static List<Row> target() {
        return List.copyOf(TARGET);
    }

    private static DataStreamWriter<Row> counts(Input<Hit> hits, VoidFunction2<Dataset<Row>, Long> write) {
        return hits.rows()
                .groupBy("zip")
                .count()
                .writeStream()
                .outputMode(update())
                .foreachBatch(write);
    }

    @Test
    void rowsWithoutASchemaAreComparedByPosition(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(counts(hits, APPEND), WriterRunsTest::target)
                .batch("one", b -> b.given(hits, hit("a", "00:01")).table(row("a", 1)));

        assertThat(failureOf(() ->
                        run.batch("two", b -> b.given(hits, hit("a", "00:02")).table(row("a", 2)))))
                .isEqualTo("""
                        Batch "two" left another result than expected: 1 row was not expected

                                        column 1  column 2
                          not expected  a         1

                        Timeline (update mode)
                          one
                            in   hits (a, 00:01)
                            batch 0 (data), late 0, state 1
                          two
                            in   hits (a, 00:02)
                            batch 1 (data), late 0, state 1
                          target  (a, 1)
                          target  (a, 2)
                        """);
    }

    @Test
    void targetThatStaysEmptyIsComparedLikeAnyOther(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        VoidFunction2<Dataset<Row>, Long> nothing = (batch, id) -> batch.count();
        StreamRun run = kit.run(counts(hits, nothing), WriterRunsTest::target)
                .batch("nothing", b -> b.given(hits, hit("a", "00:01")).table());

        assertThat(failureOf(() ->
                        run.batch("one", b -> b.given(hits, hit("b", "00:02")).table(row("b", 1)))))
                .isEqualTo("""
                        Batch "one" left another result than expected: 1 row is missing

                                   column 1  column 2
                          missing  b         1

                        Timeline (update mode)
                          nothing
                            in   hits (a, 00:01)
                            batch 0 (data), late 0, state 1
                          one
                            in   hits (b, 00:02)
                            batch 1 (data), late 0, state 2
                          target  empty
                        """);
    }

    @Test
    void writerOfObjectsRunsAsItIs(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        VoidFunction2<Dataset<String>, Long> write =
                (batch, id) -> batch.collectAsList().forEach(zip -> TARGET.add(row(zip)));
        DataStreamWriter<String> zips = hits.rows()
                .map((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                .writeStream()
                .foreachBatch(write);

        kit.run(zips, WriterRunsTest::target)
                .batch("one", b -> b.given(hits, hit("a", "00:01")).table(row("a")));
    }

    @Test
    void pipelineRunsIntoItsOwnSink(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Sink sink = rows -> rows.writeStream().foreachBatch(APPEND);
        Pipeline counts = Pipeline.named("counts")
                .from(hits)
                .via(rows -> rows.groupBy("zip").count())
                .to(sink)
                .outputMode(complete());

        kit.run(counts, WriterRunsTest::target)
                .batch("one", b -> b.given(hits, hit("a", "00:01")).table(row("a", 1)))
                .batch("two", b -> b.given(hits, hit("b", "00:02")).table(row("a", 1), row("a", 1), row("b", 1)));
    }

    /** The files of the start, such as what the code says, are among those that a crash is planted around. */
    @Test
    void pipelineIntoItsOwnSinkSurvivesACrashAroundEachCheckpointWrite(StreamKit kit) {
        VoidFunction2<Dataset<Row>, Long> overwrite = (batch, id) -> {
            TARGET.clear();
            APPEND.call(batch, id);
        };

        kit.crashEverywhere(fresh -> {
            TARGET.clear();
            Input<Hit> hits = fresh.input("hits", Hit.class);
            Pipeline counts = Pipeline.named("counts-that-crash")
                    .from(hits)
                    .via(rows -> rows.groupBy("zip").count())
                    .to(rows -> rows.writeStream().foreachBatch(overwrite))
                    .outputMode(complete());
            fresh.run(counts, WriterRunsTest::target)
                    .batch("one", b -> b.given(hits, hit("a", "00:01")).table(row("a", 1)))
                    .batch("two", b -> b.given(hits, hit("b", "00:02")).table(row("a", 1), row("b", 1)));
        });
    }

    @Test
    void rerunThatChangesTheTargetIsShown(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(counts(hits, APPEND), WriterRunsTest::target)
                .batch("one", b -> b.given(hits, hit("a", "00:01")).runs());

        assertThat(failureOf(() -> run.replayLast(b -> b.sameOutput()))).startsWith("""
                Batch "replay of batch 0" changed the target when its batch was rerun: 1 row was not expected

                                column 1  column 2
                  not expected  a         1

                """);
    }

    @Test
    void functionThatWritesARowAgainAfterACrashIsCaught(StreamKit kit) {
        assertThat(failureOf(() -> kit.crashEverywhere(fresh -> oneRow(fresh, APPEND))))
                .startsWith("Batch \"one\" left other rows in the target after a crash before \"commits/0\" was"
                        + " written: 1 row was not expected\n")
                .contains("not expected  a         1\n")
                .contains("  target  (a, 1)\n  target  (a, 1)\n");
    }

    @Test
    void functionThatSkipsABatchItHasWrittenSurvivesEveryCrash(StreamKit kit) {
        TestTable table = TestTable.named("WriterRunsTest");
        VoidFunction2<Dataset<Row>, Long> once = (batch, id) -> table.appendOnce(id, batch.collectAsList());

        kit.crashEverywhere(fresh -> {
            table.clear();
            Input<Hit> hits = fresh.input("hits", Hit.class);
            fresh.run(counts(hits, once), table::rows)
                    .batch("one", b -> b.given(hits, hit("a", "00:01")).table(row("a", 1)));
        });
    }

    private static void oneRow(StreamKit kit, VoidFunction2<Dataset<Row>, Long> write) {
        TARGET.clear();
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(counts(hits, write), WriterRunsTest::target)
                .batch("one", b -> b.given(hits, hit("a", "00:01")).runs());
    }

    @Test
    void rerunsOfAScenarioAreTriedWithEveryCrash(StreamKit kit) {
        TestTable table = TestTable.named("WriterRunsTest reruns");
        VoidFunction2<Dataset<Row>, Long> once = (batch, id) -> table.appendOnce(id, batch.collectAsList());

        kit.crashEverywhere(fresh -> {
            table.clear();
            Input<Hit> hits = fresh.input("hits", Hit.class);
            fresh.run(counts(hits, once), table::rows)
                    .batch("one", b -> b.given(hits, hit("a", "00:01")).table(row("a", 1)))
                    .replayLast(b -> b.sameOutput());
            fresh.run(hits.rows().select("zip"), append())
                    .batch("one", b -> b.given(hits, hit("b", "00:02")).emits(row("a"), row("b")))
                    .replayLast(b -> b.emits(row("a"), row("b")));
        });
    }

    private String refusalOfTarget(StreamKit kit, @Nullable List<Row> rows, Object... expected) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().writeStream().format("noop"), () -> rows);
        return refusalOf(() ->
                run.batch("one", b -> b.given(hits, hit("a", "00:01")).table(expected)));
    }

    @Test
    void targetThatCannotBeReadIsRefusedInASentence(StreamKit kit) {
        StructType ab = StructType.fromDDL("a INT, b INT");
        StructType ba = StructType.fromDDL("b INT, a INT");

        assertThat(refusalOfTarget(kit, null, row(1)))
                .isEqualTo(
                        "Batch \"one\": table(..): The target function has returned null: return a list, of no row if"
                                + " the target is empty.");
        assertThat(refusalOfTarget(kit, Arrays.asList(row(1), null), row(1)))
                .isEqualTo("Batch \"one\": table(..): The target function has returned null for row 2.");
        assertThat(refusalOfTarget(kit, List.of(row(1), row(1, 2)), row(1)))
                .isEqualTo("Batch \"one\": table(..): The target has rows of 1 and of 2 values: all need the same"
                        + " number.");
        assertThat(refusalOfTarget(kit, List.of(withSchema(ab, 1, 2), withSchema(ba, 2, 1)), row(1, 2)))
                .isEqualTo("Batch \"one\": table(..): The target has rows of the columns a, b and b, a: return all with"
                        + " the"
                        + " same.");
    }

    private static Row withSchema(StructType schema, Object... values) {
        return new GenericRowWithSchema(values, schema);
    }

    @Test
    void valuesOfJdbcAndOfSeveralTypesAreCompared(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        UUID id = UUID.randomUUID();
        List<Row> rows = List.of(
                row(
                        1,
                        1,
                        Date.valueOf("2026-01-02"),
                        id,
                        new int[] {1, 2},
                        new BigDecimal("1E25"),
                        Timestamp.from(at("00:05"))),
                row(5_000_000_000L, 1.5, null, null, null, BigInteger.ONE, null));

        kit.run(hits.rows().writeStream().format("noop"), () -> rows)
                .batch(
                        "one",
                        b -> b.given(hits, hit("a", "00:01"))
                                .table(
                                        row(1, 1, "2026-01-02", id, List.of(1, 2), "1E25", "00:05"),
                                        row(5_000_000_000L, 1.5, null, null, null, 1, null)));
    }

    @Test
    void anotherWriterContinuesOnTheSameCheckpoint(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        VoidFunction2<Dataset<Row>, Long> marked =
                (batch, id) -> batch.collectAsList().forEach(row -> TARGET.add(row(row.get(0) + "!", row.get(1))));

        StreamRun run = kit.run(counts(hits, APPEND), WriterRunsTest::target)
                .batch("old", b -> b.given(hits, hit("a", "00:01")).table(row("a", 1)))
                .restartWith(counts(hits, marked))
                .batch("new", b -> b.given(hits, hit("a", "00:02")).table(row("a", 1), row("a!", 2)));

        assertThat(refusalOf(() -> run.restartWith(hits.rows())))
                .isEqualTo("restartWith(newQuery): this run writes into its own sink. Pass the writer of the new query,"
                        + " or a pipeline with its sink.");
        assertThat(refusalOf(() -> kit.run(hits.rows(), append()).restartWith(counts(hits, APPEND))))
                .isEqualTo("restartWith(newWriter): this run has no target to compare. Start it with kit.run(writer,"
                        + " target).");
    }

    @Test
    void anotherPipelineContinuesIntoItsSink(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Pipeline old = Pipeline.named("zips")
                .from(hits)
                .via(rows -> rows.selectExpr("zip", "1"))
                .to(rows -> rows.writeStream().foreachBatch(APPEND));

        kit.run(old, WriterRunsTest::target)
                .batch("old", b -> b.given(hits, hit("a", "00:01")).table(row("a", 1)))
                .restartWith(old.via(rows -> rows.selectExpr("upper(zip)", "2")))
                .batch("new", b -> b.given(hits, hit("b", "00:02")).table(row("a", 1), row("B", 2)));
    }

    @Test
    void inputThatTheWriterDoesNotReadIsRefusedAfterTheStep(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Input<Hit> others = kit.input("others", Hit.class);
        StreamRun run = kit.run(counts(hits, APPEND), WriterRunsTest::target);

        assertThat(refusalOf(() ->
                        run.batch("one", b -> b.given(others, hit("a", "00:01")).table())))
                .isEqualTo("Batch \"one\": given(others, ..): the writer does not read this input.");
    }
}
