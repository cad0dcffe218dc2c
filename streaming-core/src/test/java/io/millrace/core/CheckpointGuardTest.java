package io.millrace.core;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointGuardTest {
    private static final String ZONE = "spark.sql.session.timeZone";
    private static final Transform MAX = grouped("max(value)");
    private static final Transform MIN = grouped("min(value)");

    private final Path directory;
    private final SparkSession spark;
    private final MemoryInput<Long> numbers;
    private final List<String> written = new ArrayList<>();

    CheckpointGuardTest(@TempDir Path directory) {
        this.directory = directory;
        spark = Spark.session().newSession();
        numbers = new MemoryInput<>(spark, Encoders.LONG());
    }

    @Test
    void otherStateIsRefusedAndTheCheckpointStaysAsItIs() throws Exception {
        run(pipeline(MAX), 5L);
        List<String> before = files();

        assertThatThrownBy(() -> pipeline(MIN).start(spark))
                .isInstanceOf(ValidationException.class)
                .hasMessage(
                        "Pipeline \"guarded\": via(an aggregate of min(value) BIGINT): its state in the checkpoint at "
                                + checkpoint() + " holds max(value) BIGINT: old and new results would be mixed."
                                + " Put it back, or start with a new checkpoint; allowOldState() goes on with the old"
                                + " state.");
        assertThat(files()).isEqualTo(before);
        assertThat(pipeline(MAX).validate(spark)).isEmpty();
    }

    @Test
    void oldStateThatIsAllowedIsThatOfTheNewCodeAfterItsFirstBatch() throws Exception {
        run(pipeline(MAX), 5L);
        Pipeline allowed = pipeline(MIN).allowOldState();
        assertThat(allowed.validate(spark)).extracting(Problem::field).containsExactly("via");
        run(allowed, 7L);

        assertThat(written).containsExactly("[false,5]", "[false,5]");
        assertThat(pipeline(MIN).validate(spark)).isEmpty();
        assertThat(allowed.validate(spark))
                .extracting(Problem::toString)
                .containsExactly(
                        "allowOldState(): no state in the checkpoint is of other code. Leave it out, so that the"
                                + " next change is refused.");
        assertThatThrownBy(() -> pipeline(MAX).validate(spark)).hasMessageContaining("holds min(value)");
    }

    @Test
    void codeThatCommitsNoBatchIsNotThatOfTheState() throws Exception {
        run(pipeline(MAX), 5L);
        Pipeline failing = pipeline(MIN).allowOldState().to(new Failing());
        numbers.add(7L);
        assertThatThrownBy(() -> failing.start(spark).awaitTermination()).isInstanceOf(StreamingQueryException.class);

        assertThat(pipeline(MAX).validate(spark)).isEmpty();
        assertThatThrownBy(() -> pipeline(MIN).validate(spark)).hasMessageContaining("holds max(value)");
        run(pipeline(MAX), 6L);
        assertThat(written).containsExactly("[false,5]", "[false,7]", "[false,7]");
    }

    @Test
    void whatSparkCannotRunIsRefusedEvenIfOldStateIsAllowed() throws Exception {
        run(pipeline(MAX), 5L);

        assertThatThrownBy(() -> pipeline(grouped("max(value)", "min(value)"))
                        .allowOldState()
                        .validate(spark))
                .hasMessageContaining(
                        "has keys or values of other types. Put it back, or start with a new checkpoint.");
    }

    @Test
    void aChangedFilterBeforeStateIsANote() throws Exception {
        run(pipeline(MAX), 5L);

        assertThat(pipeline(Transforms.where("value > 3").andThen(MAX)).validate(spark))
                .extracting(Problem::toString)
                .containsExactly(
                        "via(an aggregate by isnull(value) BOOLEAN): the steps before it have changed, and the state in"
                                + " the checkpoint at " + checkpoint()
                                + " keeps what the old ones let through. Start with a"
                                + " new checkpoint if results must be those of the new steps alone.");
    }

    @Test
    void aCheckpointOfPlainSparkIsComparedByWhatItTells() throws Exception {
        numbers.add(5L);
        rows(MAX)
                .writeStream()
                .format("noop")
                .outputMode("update")
                .trigger(Trigger.AvailableNow())
                .option("checkpointLocation", checkpoint())
                .start()
                .awaitTermination();

        assertThat(pipeline(MAX).validate(spark)).isEmpty();
        assertThat(pipeline(MIN).validate(spark)).as("of the same types").isEmpty();
        assertThatThrownBy(() -> pipeline(grouped("count(1)", "max(value)")).validate(spark))
                .hasMessageContaining("has keys or values of other types");
        assertThatThrownBy(() -> pipeline(Transforms.dropDuplicates("value").andThen(MAX))
                        .validate(spark))
                .hasMessageContaining("has the state of one step, and this code has dropDuplicates, then an aggregate");
        Source two = Sources.union(Sources.of(numbers.toDF()), Sources.of(numbers.toDF()));
        assertThatThrownBy(() -> pipeline(MAX).from(two).validate(spark))
                .hasMessageContaining("has offsets of one source, and this code reads 2 sources");
        run(pipeline(MAX), 7L);
        assertThatThrownBy(() -> pipeline(MIN).validate(spark)).hasMessageContaining("holds max(value)");
    }

    @Test
    void aRecordThatIsNotKnownIsNoRecord() throws Exception {
        run(pipeline(MAX), 5L);
        String whole = Files.readString(record());
        String cut = whole.substring(0, whole.indexOf("max(value)") + 2);
        for (String text : List.of("v2\nfrom 0\nsomething else", "", "v1\nfrom x\n\t", "v1", cut)) {
            Files.writeString(record(), text);
            assertThatCode(() -> pipeline(MIN).validate(spark)).doesNotThrowAnyException();
        }
        run(pipeline(MAX), 7L);
        assertThatThrownBy(() -> pipeline(MIN).validate(spark)).hasMessageContaining("holds max(value)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT coalesce(CAST(CAST(value AS STRING) AS BINARY), X'00FF'), count(1) FROM numbers GROUP BY 1",
                "WITH more AS (SELECT value + 1 AS v FROM numbers) SELECT v, sum(v) FROM more GROUP BY v",
                "SELECT current_date(), value, count(1) FROM numbers GROUP BY 1, 2",
                "SELECT value, sum(value * 2), sum(2 * value) FROM numbers GROUP BY value",
                "SELECT first(value), first(value) + 1 FROM numbers GROUP BY value IS NULL",
                "SELECT window.start, sum(a), sum(b) FROM (SELECT value AS a, value AS b, timestamp_millis(value) AS at"
                        + " FROM numbers) GROUP BY window(at, '1 minute')"
            })
    void unchangedCodeGoesOn(String query) throws Exception {
        Transform steps = sql(query);
        run(pipeline(steps), 5L);
        run(pipeline(steps), 7L);
        Files.delete(record());
        assertThat(pipeline(steps).validate(spark)).isEmpty();
    }

    @Test
    void twoColumnsOfOneValueHaveBuffersOfTheirOwn() throws Exception {
        Transform steps = Transforms.of(
                "two sums",
                rows -> rows.selectExpr("value AS a", "value AS b", "timestamp_millis(value) AS at")
                        .withWatermark("at", "1 minute")
                        .groupBy(expr("window(at, '1 minute')"))
                        .agg(expr("sum(a)"), expr("sum(b)"))
                        .drop("window"));
        run(pipeline(steps), 5L);
        run(pipeline(steps), 7L);
        assertThat(written).containsExactly("[5,5]", "[12,12]");
    }

    @Test
    void theBestRowsOfACompleteResultAreNoState() throws Exception {
        run(best(3), 5L);
        run(best(4), 7L);
        Files.delete(record());
        assertThat(best(2).validate(spark)).isEmpty();
    }

    @Test
    void namesOfExplodedColumnsAndTheSidesOfAnEqualityDoNotCount() throws Exception {
        String text = "SELECT %s, count(1) FROM (SELECT value, explode(array(value, 1)) AS %1$s FROM numbers)"
                + " GROUP BY %1$s, %s";
        run(pipeline(sql(text.formatted("one", "value = one"))), 5L);
        assertThat(pipeline(sql(text.formatted("other", "other = value"))).validate(spark))
                .isEmpty();
    }

    private Pipeline best(int count) {
        return pipeline(Transforms.of(
                        "best",
                        rows -> rows.groupBy("value").count().orderBy("value").limit(count)))
                .outputMode(OutputModes.complete());
    }

    private static Transform sql(String query) {
        return Transforms.of("SQL", rows -> {
            rows.createOrReplaceTempView("numbers");
            return rows.sparkSession().sql(query);
        });
    }

    @Test
    void anotherTimeZoneOfTheSessionIsANoteIfStepsUseIt() throws Exception {
        spark.conf().set(ZONE, "Europe/Brussels");
        Transform days = sql("SELECT to_date(timestamp_millis(value)), count(1) FROM numbers GROUP BY 1");
        run(pipeline(days), 5L);
        spark.conf().set(ZONE, "Asia/Tokyo");

        assertThat(pipeline(days).validate(spark))
                .extracting(Problem::toString)
                .containsExactly(ZONE + "(Asia/Tokyo): steps read or write dates and times by it, and the state in the"
                        + " checkpoint at " + checkpoint()
                        + " was made with Europe/Brussels. Set it to the same zone on every machine.");
        spark.conf().set(ZONE, "Europe/Brussels");
        assertThat(pipeline(days).validate(spark)).isEmpty();
    }

    @Test
    void aRecordOutOfReachIsSaidInWords() throws Exception {
        run(pipeline(MAX), 5L);
        Files.delete(record());
        Files.createDirectory(record());

        assertThatThrownBy(() -> pipeline(MAX).start(spark))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("the checkpoint cannot be read (FileNotFoundException");
    }

    @Test
    void theRecordHasNoValues() throws Exception {
        run(
                pipeline(Transforms.of(
                        "secret",
                        rows -> rows.where("concat(value, 'x') != 'canary'")
                                .groupBy(expr("concat('canary', value)"))
                                .agg(expr("max(replace(concat(value, ''), 'canary', '4711'))")))),
                5L);

        assertThat(Files.readString(record()))
                .contains("concat(?")
                .doesNotContain("canary")
                .doesNotContain("4711");
    }

    private void run(Pipeline pipeline, long value) throws Exception {
        numbers.add(value);
        pipeline.start(spark).awaitTermination();
    }

    private Pipeline pipeline(Transform step) {
        return Pipeline.named("guarded")
                .from(Sources.of(numbers.toDF()))
                .via(step)
                .to(rows -> rows.writeStream()
                        .foreachBatch((Dataset<Row> batch, Long id) ->
                                batch.collectAsList().forEach(row -> written.add(row.toString()))))
                .outputMode(OutputModes.update())
                .availableNow()
                .checkpointAt(checkpoint());
    }

    private Dataset<Row> rows(Transform step) {
        return numbers.toDF().transform(step);
    }

    private static Transform grouped(String first, String... more) {
        return Transforms.of(
                "grouped",
                rows -> rows.groupBy(expr("value IS NULL"))
                        .agg(
                                expr(first),
                                Stream.of(more).map(text -> expr(text)).toArray(Column[]::new)));
    }

    private String checkpoint() {
        return directory.resolve("checkpoint").toString();
    }

    private Path record() {
        return directory.resolve("checkpoint").resolve("millrace").resolve("code");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    /** A sink that takes no batch. */
    private static final class Failing implements Sink {
        @Override
        public DataStreamWriter<Row> write(Dataset<Row> rows) {
            return rows.writeStream().foreachBatch((Dataset<Row> batch, Long id) -> {
                throw new IllegalStateException("not today");
            });
        }

        @Override
        public List<String> targets() {
            return List.of("a sink of your own");
        }
    }
}
