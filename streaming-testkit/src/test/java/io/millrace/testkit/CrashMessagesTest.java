package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Failure messages of {@code crashEverywhere} for queries that lose or duplicate rows, or differ between runs. */
@StreamingTest
class CrashMessagesTest {
    private static final AtomicInteger CALLS = new AtomicInteger();

    /** Lets a row pass the first time that it comes, as a filter does that remembers. */
    private static final FilterFunction<Row> FIRST_TIME = hit -> CALLS.incrementAndGet() == 1;

    /** Emits a row as often as it came. */
    private static final FlatMapFunction<Row, String> AS_OFTEN_AS_IT_CAME = hit -> {
        List<String> rows = new ArrayList<>();
        int calls = CALLS.incrementAndGet();
        for (int n = 0; n < calls; n++) {
            rows.add(hit.getString(0));
        }
        return rows.iterator();
    };

    @Test
    void queryThatLosesARowWhenItsBatchRunsAgainIsCaught(StreamKit kit) {
        assertThat(failureOf(() -> kit.crashEverywhere(
                        fresh -> oneHit(fresh, rows -> rows.filter(FIRST_TIME).select("zip")))))
                .startsWith("""
                        Batch "a hit" emitted other rows after a crash before "commits/0" was written: 1 row is missing

                                   zip
                          missing  9000

                        Timeline (append mode)
                          a hit
                            in   hits (9000, 00:05)
                            batch 0 (data, rerun)
                            out  nothing
                        """);
    }

    @Test
    void queryThatDuplicatesARowWhenItsBatchRunsAgainIsCaught(StreamKit kit) {
        assertThat(failureOf(() -> kit.crashEverywhere(fresh -> oneHit(
                        fresh,
                        rows -> rows.flatMap(AS_OFTEN_AS_IT_CAME, Encoders.STRING())
                                .toDF("zip")))))
                .startsWith("""
                        Batch "a hit" emitted other rows after a crash before "commits/0" was written: \
                        1 row was not expected

                                        zip
                          not expected  9000

                        Timeline (append mode)
                        """);
    }

    @Test
    void scenarioThatFailsWithoutACrashIsReportedAsSuch(StreamKit kit) {
        assertThat(failureOf(() -> kit.crashEverywhere(fresh -> {
                    Input<Hit> hits = fresh.input("hits", Hit.class);
                    fresh.run(hits.rows().select("zip"), append())
                            .batch(
                                    "a hit",
                                    b -> b.given(hits, hit("9000", "00:05")).emits(row("1000")));
                })))
                .startsWith("""
                        The scenario fails in the clean run.
                        Batch "a hit" emitted other rows than expected: 1 row is missing, 1 row was not expected
                        """);
    }

    @Test
    void expectationThatACrashBreaksNamesTheCrash(StreamKit kit) {
        assertThat(failureOf(() -> kit.crashEverywhere(fresh -> {
                    Input<Hit> hits = fresh.input("hits", Hit.class);
                    fresh.run(hits.rows().select("zip"), append())
                            .batch(
                                    "a hit",
                                    b -> b.given(hits, hit("9000", "00:05")).runsBatches(1));
                })))
                .startsWith("The scenario fails after a crash ")
                .contains(" was written.\nBatch \"a hit\" ran 2 batches, not 1: batch 0 (data), batch 1 (");
    }

    @Test
    void scenarioThatWritesLessTheSecondTimeIsCaught(StreamKit kit) {
        AtomicInteger plays = new AtomicInteger();

        assertThat(failureOf(() -> kit.crashEverywhere(fresh -> {
                    Input<Hit> hits = fresh.input("hits", Hit.class);
                    StreamRun run = fresh.run(hits.rows(), append());
                    if (plays.incrementAndGet() == 1) {
                        run.batch("only once", b -> b.given(hits, hit("9000", "00:05")));
                    }
                })))
                .isEqualTo("The crash before \"metadata\" was written did not happen: two runs of the scenario do not"
                        + " write the same checkpoints.");
    }

    @Test
    void scenarioThatRunsOnTheKitOfTheTestIsRefused(StreamKit kit) {
        assertThat(refusalOf(() -> kit.crashEverywhere(fresh -> oneHit(kit, rows -> rows))))
                .isEqualTo(
                        "crashEverywhere: the scenario wrote no checkpoint. Let it run a batch, on the kit that it is"
                                + " given.");
    }

    @Test
    void errorOfTheScenarioIsRethrownUnchanged(StreamKit kit) {
        assertThat(refusalOf(() -> kit.crashEverywhere(fresh -> {
                    throw new IllegalStateException("a bug of the scenario");
                })))
                .isEqualTo("a bug of the scenario");
    }

    private static void oneHit(StreamKit kit, java.util.function.UnaryOperator<Dataset<Row>> query) {
        CALLS.set(0);
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(query.apply(hits.rows()), append())
                .batch("a hit", b -> b.given(hits, hit("9000", "00:05")).runs());
    }
}
