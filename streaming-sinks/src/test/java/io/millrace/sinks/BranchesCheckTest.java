package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Pipeline;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the steps of a branch are refused for, before the query starts. */
class BranchesCheckTest {
    private static final Sink NOWHERE = Sinks.foreachBatch((rows, batchId) -> {});

    static Stream<Transform> stepsOfTheWholeStream() {
        Transform time = Transforms.withColumn("time", "timestamp_seconds(id)");
        return Stream.of(
                Transforms.countBy("zip"),
                Transforms.dropDuplicates("id"),
                time.andThen(Transforms.withWatermark("time", Duration.ofMinutes(1))),
                time.andThen(Transforms.windowedCount("time", Duration.ofMinutes(1))),
                Transforms.of("limit", rows -> rows.limit(3)),
                Transforms.of("union", rows -> rows.union(hits())),
                Transforms.of("join", rows -> rows.join(hits().toDF("id", "other"), "id")));
    }

    @ParameterizedTest
    @MethodSource("stepsOfTheWholeStream")
    void stepsOfTheWholeStreamAreRefused(Transform steps) {
        assertThat(refusals(Sinks.several("table", steps, NOWHERE), hits()))
                .containsExactly(
                        "table: via(" + steps.describe() + "): the steps of a branch run on one batch at a time:"
                                + " they set no watermark, keep no state and read no second stream. Move the step"
                                + " before the sinks, with Pipeline.via(...), or make a query of it.");
    }

    static Stream<Transform> stepsOfABatch() {
        Dataset<Row> table = session().range(5).selectExpr("id", "'San Francisco' as city");
        return Stream.of(
                Transforms.where("zip = '94105'"),
                Transforms.join(table, "id"),
                Transforms.withColumn("loaded_at", "current_timestamp()"),
                Transforms.withColumn("value", "to_json(struct(id))")
                        .andThen(Transforms.jsonFields("value")
                                .bigint("id", "$.id")
                                .route()),
                Transforms.withColumn("ids", "sequence(0, id)").andThen(Transforms.explode("ids", "n")));
    }

    @ParameterizedTest
    @MethodSource("stepsOfABatch")
    void stepsOfABatchAreAccepted(Transform steps) {
        assertThat(refusals(Sinks.several("table", steps, NOWHERE), hits())).isEmpty();
    }

    @Test
    void stateBeforeTheBranchesIsAccepted() {
        Dataset<Row> counts = Transforms.countBy("zip").apply(hits());

        assertThat(refusals(Sinks.several("table", Transforms.where("count > 1"), NOWHERE), counts))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("conditionsThatChange")
    void aConditionThatDiffersBetweenBranchesIsRefused(String function, Transform steps) {
        assertThat(refusals(Sinks.several("table", steps, NOWHERE), hits()))
                .containsExactly("table: via(" + steps.describe() + "): its condition depends on " + function
                        + ", which is another value in each branch, so that a row could be in none. Compute it as a"
                        + " column before the sinks, with Pipeline.via(...).");
    }

    static Stream<Object[]> conditionsThatChange() {
        return Stream.of(
                new Object[] {"rand", Transforms.where("rand() < 0.5")},
                new Object[] {"current_timestamp", Transforms.where("timestamp_seconds(id) < current_timestamp()")},
                new Object[] {"current_date", Transforms.where("date_from_unix_date(id) < current_date()")},
                new Object[] {"current_timestamp", Transforms.where("timestamp_seconds(id) < current_timestamp()")},
                new Object[] {"localtimestamp", Transforms.where("timestamp_seconds(id) < localtimestamp()")},
                new Object[] {
                    "chance", Transforms.withColumn("chance", "rand()").andThen(Transforms.where("chance < 0.5"))
                });
    }

    @Test
    void whatIsWrongWithTheStepsAndTheSinkIsNamedByTheBranch() {
        assertThat(refusals(
                        Sinks.several("table", Transforms.where("zap = 1"), NOWHERE)
                                .and(
                                        "view",
                                        Transforms.select("id"),
                                        Sinks.display().keyedBy("zip")),
                        hits()))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith("table: via(where(")
                                .contains("zap"),
                        problem -> assertThat(problem)
                                .isEqualTo("view: keyedBy(zip): there is no such column (columns: id). Name one of"
                                        + " these, or add the column in an earlier step."));
    }

    @Test
    void aPipelineDescribesEachBranchInALine() {
        Pipeline pipeline = Pipeline.named("hits")
                .from(Sources.of(hits()))
                .to(Sinks.several("all", Sinks.console()).and("one", Transforms.select("id"), Sinks.console()));

        assertThat(pipeline.describe()).contains("""

                          to   all: console, 20 rows a batch
                               one: select(id) -> console, 20 rows a batch
                        """);
    }

    @Test
    void theDescriptionForASessionHasTheColumnsOfEachBranch() {
        Pipeline pipeline = Pipeline.named("hits")
                .from(Sources.of(hits()))
                .to(Sinks.several("all", Sinks.console())
                        .and("one", Transforms.select("id"), Sinks.console())
                        .and("wrong", Transforms.select("zap"), Sinks.console()));

        assertThat(pipeline.describe(session())).contains("""
                  to   all: console, 20 rows a batch
                       one: select(id) -> console, 20 rows a batch
                         -> id bigint
                       wrong: select(zap) -> console, 20 rows a batch
                         -> columns unknown
                """);
    }

    @Test
    void whatMayEndTheQueryAtAValueIsANoteOfItsBranch(@TempDir Path directory) {
        SparkSession ansi = session().newSession();
        ansi.conf().set("spark.sql.ansi.enabled", "true");
        Pipeline pipeline = Pipeline.named("hits")
                .from(spark -> spark.readStream().format("rate").load())
                .to(Sinks.several("all", Sinks.console())
                        .and("one", Transforms.where("cast(value as string) = 'a'"), Sinks.console())
                        .and("cast", rows -> rows.selectExpr("cast(value as int)"), Sinks.console()))
                .checkpointAt(directory);

        assertThat(pipeline.validate(ansi))
                .map(Problem::toString)
                .singleElement()
                .asString()
                .startsWith("cast: cast(value, INT): in ANSI mode a value that does not convert ends the query");
    }
}
