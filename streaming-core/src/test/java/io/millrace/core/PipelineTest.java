package io.millrace.core;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.core.internal.spark.SparkVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTest {
    private static final boolean OF_SPARK_3 = SparkVersion.minor().equals("3.5");
    private static final Sink NOOP = rows -> rows.writeStream().format("noop");

    private final Pipeline traffic =
            Pipeline.named("traffic").from(Sources.rate()).to(NOOP);

    @Test
    // Null is the point of the test.
    @SuppressWarnings("NullAway")
    void aStepThatReturnsNullIsNamed() {
        assertThat(problems(traffic.from(spark -> null)))
                .containsExactly("from(a source of your own): this step returned null. Return the rows.");
        assertThat(problems(traffic.via(rows -> null)))
                .containsExactly("via(a transform of your own): this step returned null. Return the rows.");
        assertThat(problems(traffic.via(Transforms.of("clean", rows -> null))))
                .containsExactly("via(clean): this step returned null. Return the rows.");
        assertThat(problems(traffic.to(rows -> null)))
                .containsExactly("to(a sink of your own): write(...) of this sink returned null."
                        + " Return a writer, such as rows.writeStream().");
    }

    @Test
    void aNameOfSeveralLinesIsRefused() {
        assertThatThrownBy(() -> Pipeline.named("a\nb"))
                .hasMessage("The name of a pipeline has a control character, such as a line break,"
                        + " which would split lines of the log. Leave it out.");
    }

    @Test
    void aRefusalCanBeSerialized() throws Exception {
        ValidationException refused =
                new ValidationException("Pipeline \"a\"", List.of(new Problem("field", "value", "reason", "Hint.")));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(refused);
        }
        ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));

        assertThat(((ValidationException) in.readObject()).problems()).isEqualTo(refused.problems());
    }

    @Test
    void aLongDescriptionDoesNotHideTheReason() {
        String long300 = "x".repeat(300);
        Problem problem = new Problem("via", long300, "it fails", "Mend it.");

        assertThat(problem.value()).isEqualTo(long300);
        assertThat(problem).hasToString("via(" + "x".repeat(117) + "...): it fails. Mend it.");
        assertThat(new ValidationException("Source " + long300, List.of(problem)))
                .hasMessageStartingWith("Source " + "x".repeat(110) + "...: via(xxx");
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        Pipeline pipeline = Pipeline.named("traffic")
                .from(Sources.format("rate").option("rowPerSecond", "10"))
                .via(Transforms.jsonField("zip", "$.zip"))
                .via(Transforms.where("zpi = '9000'"))
                .via(Transforms.windowedCount("hittime", ofMinutes(1)).by("zip", "city"))
                .to(rows -> rows.writeStream().format("parquet").option("compresion", "gzip"))
                .outputMode(OutputModes.update())
                .continuous(ofSeconds(1))
                .option("checkpointLocaton", "/checkpoint");

        assertThat(problems(pipeline))
                .containsExactly(
                        "option(rowPerSecond): the rate source has no option of this name and would ignore it. Did"
                                + " you mean rowsPerSecond?",
                        "jsonField(value): the column is bigint, but binary or string is required. Cast it, or name"
                                + " the column that holds the text.",
                        (OF_SPARK_3
                                        ? "via(where((zpi = 9000))): A column or function parameter with"
                                        : "via(where(zpi = '9000')): A column, variable, or function parameter with")
                                + " name `zpi` cannot be resolved. Did you mean one of the following? [`zip`, `value`,"
                                + " `timestamp`] (columns: timestamp, value, zip). Name one of these, or add what is"
                                + " missing in an earlier step.",
                        "windowed(hittime): there is no such column (columns: timestamp, value, zip). Name one of"
                                + " these, or add the column in an earlier step.",
                        "by(city): there is no such column (columns: timestamp, value, zip). Name one of these, or"
                                + " add the column in an earlier step.",
                        "continuous(PT1S): Continuous processing does not support Aggregate"
                                + " operations. Use every(...) for micro-batches, or leave the step out: continuous"
                                + " takes select, where and casts.",
                        "outputMode(Update): the parquet sink only adds rows and cannot change them. Use append(); if"
                                + " the plan aggregates, add a watermark, so that each row is written once, when it is"
                                + " final.",
                        "continuous(PT1S): the parquet sink needs micro-batches, and the continuous"
                                + " trigger has none. Use every(...) or availableNow().",
                        "checkpointAt(nothing): the parquet sink needs a checkpoint that outlives the query. Call"
                                + " checkpointAt(...) with a path of its own for this query.",
                        "option(checkpointLocaton): Spark has no option of this name and would ignore it. Did you mean"
                                + " checkpointLocation?",
                        "option(compresion): Spark has no option of this name and would ignore it. Did you mean"
                                + " compression?");
    }

    @Test
    void notesOfTheSinkAreAmongTheNotes() {
        Problem note = new Problem("table", "t", "it is nearly full", "Make room.");
        Sink noting = new Sink() {
            @Override
            public DataStreamWriter<Row> write(Dataset<Row> rows) {
                return NOOP.write(rows);
            }

            @Override
            public List<Problem> notes(PlannedQuery query) {
                return query.rows().map(rows -> List.of(note)).orElse(List.of());
            }
        };

        assertThat(traffic.to(noting).validate(Spark.session())).containsExactly(note);
    }

    @Test
    void aUserStepThatThrowsHidesNoOtherProblem() {
        Pipeline pipeline = traffic.via(rows -> {
                    throw new IllegalStateException("no lookup table");
                })
                .via(Transforms.countBy("zip"))
                .to(new FullSink())
                .option("checkpointLocaton", "/checkpoint");

        ValidationException refused =
                catchThrowableOfType(ValidationException.class, () -> pipeline.validate(Spark.session()));

        assertThat(refused.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "via(a transform of your own): IllegalStateException: no lookup table. The exception is"
                                + " attached to this one.",
                        "disk(full): there is no room. Make room.",
                        "option(checkpointLocaton): Spark has no option of this name and would ignore it. Did you mean"
                                + " checkpointLocation?");
        assertThat(refused.getSuppressed()).hasSize(1);
        assertThat(refused.getSuppressed()[0]).hasMessage("no lookup table");
    }

    @Test
    void aSourceThatSparkDoesNotFindHidesNoOtherProblem() {
        assertThat(problems(traffic.from(Sources.format("no-such-format")).to(new FullSink())))
                .satisfiesExactly(
                        source -> assertThat(source)
                                .startsWith("from(no-such-format()): ")
                                .contains("no-such-format"),
                        sink -> assertThat(sink).startsWith("disk(full)"));
    }

    @Test
    void refusesAPipelineWithoutSourceOrSink() {
        assertThat(problems(Pipeline.named("empty")))
                .containsExactly(
                        "from(nothing): the pipeline has no source. Call from(Sources...).",
                        "to(nothing): the pipeline has no sink. Call to(Sinks...).");
        assertThat(problems(traffic.from(spark -> Spark.sql("SELECT 1 AS n"))))
                .containsExactly("from(a source of your own): these rows are a batch, not a stream. Read them with"
                        + " spark.readStream().");
    }

    @Test
    void aQueryStartedFromAnyThreadFindsItsSession(@TempDir Path checkpoint) throws Exception {
        Spark.session();
        StreamingQuery query = CompletableFuture.supplyAsync(() -> {
                    SparkSession.clearActiveSession();
                    return traffic.to(rows ->
                                    rows.where("value < 0").writeStream().format("console"))
                            .continuous(ofMillis(100))
                            .checkpointAt(checkpoint.toString())
                            .start(Spark.session());
                })
                .get();

        assertThat(query.isActive()).isTrue();
        ContinuousQueries.awaitFirstEpoch(query);
        query.stop();
    }

    @Test
    @SuppressWarnings("deprecation") // That it is deprecated is what is tested.
    void onceReportsThatSparkDeprecatesIt() {
        assertThat(traffic.once().validate(Spark.session()))
                .extracting(Problem::toString)
                .containsExactly("once(): deprecated by Spark: one micro-batch takes all available rows, whatever the"
                        + " limits of the source. Use availableNow().");
    }

    @Test
    void describesTheColumnsAfterEveryStep() {
        Pipeline pipeline = traffic.via(Transforms.cast("value", DataTypes.StringType))
                .via(Transforms.rename("zip", "plz"))
                .via(rows -> rows.select("nowhere"))
                .via(Transforms.countBy("value"))
                .outputMode(OutputModes.update())
                .every(ofSeconds(10))
                .checkpointAt("/checkpoint");

        assertThat(pipeline.describe(Spark.session()).lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("Pipeline traffic"),
                        line -> assertThat(line).isEqualTo("  from rate()"),
                        line -> assertThat(line).isEqualTo("         -> timestamp timestamp, value bigint"),
                        line -> assertThat(line).isEqualTo("  via  cast(value, string)"),
                        line -> assertThat(line).isEqualTo("         -> timestamp timestamp, value string"),
                        line -> assertThat(line).isEqualTo("  via  rename(zip, plz)"),
                        line -> assertThat(line).startsWith("         refused: rename(zip): there is no such column"),
                        line -> assertThat(line).isEqualTo("         -> timestamp timestamp, value string, plz string"),
                        line -> assertThat(line).isEqualTo("  via  a transform of your own"),
                        line -> assertThat(line)
                                .startsWith("         refused: via(a transform of your own): ")
                                .contains("`nowhere`", "(columns: timestamp, value, plz)"),
                        line -> assertThat(line).isEqualTo("         -> columns unknown"),
                        line -> assertThat(line).isEqualTo("  via  countBy(value)"),
                        line -> assertThat(line).isEqualTo("         -> columns unknown"),
                        line -> assertThat(line).isEqualTo("  to   a sink of your own"),
                        line -> assertThat(line)
                                .isEqualTo("  in   Update mode, every(PT10S), checkpoint at /checkpoint"));
    }

    @Test
    void aSharedBaseDoesNotChange() {
        Pipeline wider = traffic.via(Transforms.countBy("value")).option("numRows", "5");

        assertThat(traffic.describe()).doesNotContain("countBy");
        assertThat(wider).hasToString(wider.describe()).asString().contains("countBy(value)");
    }

    @Test
    void refusesInvalidArgumentsAtTheCall() {
        assertThatThrownBy(() -> traffic.every(ofNanos(1_000)))
                .hasMessage("every(PT0.000001S): Spark counts it in milliseconds. Round the interval to them.");
        assertThatThrownBy(() -> traffic.continuous(ofMillis(0)))
                .hasMessageStartingWith("continuous(PT0S): must be longer than zero.");
        assertThatThrownBy(() -> traffic.option("spark.sql.shuffle.partitions", "8"))
                .hasMessage(
                        "option(spark.sql.shuffle.partitions): this is a setting of the session, which Spark ignores"
                                + " here. Call spark.conf().set(...).");
        assertThatThrownBy(() -> traffic.option("queryname", "other"))
                .hasMessage("option(queryName): the pipeline has a name. Give it this one with Pipeline.named(...).");
        assertThatThrownBy(() -> Pipeline.named(" ")).hasMessageStartingWith("The name of a pipeline is blank");
        assertThatThrownBy(() -> traffic.checkpointAt(""))
                .hasMessage("checkpointAt(\"\"): name a path that outlives the driver.");
    }

    private static List<String> problems(Pipeline pipeline) {
        ValidationException refused =
                catchThrowableOfType(ValidationException.class, () -> pipeline.validate(Spark.session()));
        return refused.problems().stream().map(Problem::toString).toList();
    }

    private static final class FullSink implements Sink {
        @Override
        public DataStreamWriter<Row> write(Dataset<Row> rows) {
            return rows.writeStream().format("noop");
        }

        @Override
        public List<Problem> check(PlannedQuery query) {
            return List.of(new Problem("disk", "full", "there is no room", "Make room."));
        }
    }
}
