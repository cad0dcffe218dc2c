package io.millrace.sinks;

import static io.millrace.sinks.Streams.add;
import static io.millrace.sinks.Streams.hits;
import static io.millrace.sinks.Streams.lines;
import static io.millrace.sinks.Streams.refusals;
import static io.millrace.sinks.Streams.run;
import static io.millrace.sinks.Streams.session;
import static io.millrace.sinks.Streams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.ValidationException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.streaming.MemoryStream;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    private final Path directory;

    FileSinkTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void partitionedFilesHoldEveryRowOnce() throws Exception {
        MemoryStream<String> lines = lines();
        FileSink sink = Sinks.parquet(path("hits")).partitionBy("zip").option("compression", "zstd");

        add(lines, "1,94105", "2,10001");
        run(sink, hits(lines), checkpoint());
        add(lines, "3,94105");
        run(sink, hits(lines), checkpoint());

        assertThat(text(session().read().parquet(path("hits")))).containsExactly("1|94105", "2|10001", "3|94105");
        assertThat(directory.resolve("hits/zip=94105")).isDirectory();
    }

    @Test
    void replayedBatchAddsNoRow() throws Exception {
        MemoryStream<String> lines = lines();
        FileSink sink = Sinks.json(path("hits"));
        add(lines, "1,94105");
        run(sink, hits(lines), checkpoint());

        Streams.forgetCommit(checkpoint(), 0);
        run(sink, hits(lines), checkpoint());

        assertThat(text(session().read().json(path("hits")))).containsExactly("1|94105");
    }

    @Test
    void everyFormatComesBackAsItWasWritten() throws Exception {
        roundTrip(Sinks.orc(path("orc")), "orc");
        roundTrip(Sinks.json(path("json")), "json");
        roundTrip(Sinks.csv(path("csv")).option("header", "true"), "csv");

        MemoryStream<String> lines = lines();
        add(lines, "a line");
        run(Sinks.text(path("text")), lines.toDF(), directory.resolve("checkpoint-text"));
        assertThat(text(session().read().text(path("text")))).containsExactly("a line");
    }

    @Test
    void onlyAppendMicroBatchesAndACheckpointWillDo() {
        Dataset<Row> counts = hits().groupBy("zip").count();
        PlannedQuery query = new PlannedQuery(
                "hits", Optional.of(counts), OutputMode.Complete(), Trigger.Continuous(1000), Optional.empty());

        assertThat(refusals(Sinks.parquet(path("hits")), query))
                .containsExactly(
                        "outputMode(Complete): a file sink only ever adds rows and cannot take one back. Use append();"
                                + " where the plan aggregates, give it a watermark, so that a row comes once and final.",
                        "continuous(ContinuousTrigger(1000)): a file sink needs micro-batches, of which the continuous"
                                + " trigger has none. Use every(...) or availableNow().",
                        "checkpointAt(nothing): a file sink does not run without a checkpoint that outlives it."
                                + " Call checkpointAt(...) with a path of its own for this query.");
    }

    @Test
    void aPipelineTellsEachProblemOnce() {
        Pipeline pipeline = Pipeline.named("hits")
                .from(session -> session.readStream().format("rate").load())
                .to(Sinks.csv(path("hits")).option("heeder", "true"))
                .outputMode(OutputMode.Update())
                .trigger(Trigger.Continuous(1000));

        assertThatThrownBy(() -> pipeline.validate(session()))
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(Problem::field)
                                .containsExactly("outputMode", "continuous", "checkpointAt", "option"));
    }

    @Test
    void aCheckpointOfTheSessionWillDo() {
        Dataset<Row> rows = hits();
        PlannedQuery query = new PlannedQuery(
                "hits", Optional.of(rows), OutputMode.Append(), Trigger.ProcessingTime(0), Optional.empty());
        rows.sparkSession().conf().set("spark.sql.streaming.checkpointLocation", path("all"));
        try {
            assertThat(refusals(Sinks.parquet(path("hits")), query)).isEmpty();
        } finally {
            rows.sparkSession().conf().unset("spark.sql.streaming.checkpointLocation");
        }
    }

    @Test
    void misspelledOptionIsToldWithTheNearestOne() {
        assertThat(refusals(Sinks.csv(path("hits")).option("heeder", "true"), hits()))
                .containsExactly(
                        "option(heeder): csv has no option of this name and would ignore it. Did you mean header?");
        assertThat(refusals(Sinks.text(path("lines")).option("somethingElse", "1"), lines().toDF()))
                .singleElement()
                .asString()
                .startsWith("option(somethingElse): text has no option of this name and would ignore it."
                        + " Its options are compression, encoding, ");
    }

    @Test
    void partitionColumnsAreHeldAgainstTheRows() {
        Dataset<Row> rows = hits().selectExpr("id", "zip", "struct(id) as nested");

        assertThat(refusals(Sinks.parquet(path("hits")).partitionBy("day", "nested"), rows))
                .containsExactly(
                        "partitionBy(day): there is no such column (columns: id, zip, nested)."
                                + " Name one of these, or add the column in a step before.",
                        "partitionBy(nested): the column is struct<id:bigint>, of which no directory can be named."
                                + " Name a column of a simple type.");
        assertThat(refusals(Sinks.parquet(path("hits")).partitionBy("id", "ZIP"), hits()))
                .containsExactly("partitionBy(id, ZIP): no column is left for the files. Leave out at least one.");
    }

    @Test
    void whatAFormatCannotHoldIsRefused() {
        assertThat(refusals(Sinks.csv(path("hits")), hits().selectExpr("array(id) as ids")))
                .containsExactly(
                        "csv(" + path("hits") + "): The CSV datasource doesn't support the column `ids` of the type"
                                + " \"ARRAY<BIGINT>\". Change the columns or the option.");
        assertThat(refusals(Sinks.text(path("hits")), hits()))
                .containsExactly(
                        "text(" + path("hits") + "): The Text datasource doesn't support the column `id` of the"
                                + " type \"BIGINT\". Change the columns or the option.");
        assertThat(refusals(Sinks.parquet(path("hits")).option("compression", "zip"), hits()))
                .singleElement()
                .asString()
                .contains("Codec [zip] is not available");
    }

    @Test
    void aDirectoryThatAnotherCheckpointWroteIsRefused() throws Exception {
        MemoryStream<String> lines = lines();
        add(lines, "1,94105");
        run(Sinks.orc(path("hits")), hits(lines), checkpoint());

        assertThat(refusals(Sinks.orc(path("hits")), hits()))
                .containsExactly(
                        "orc(" + path("hits") + "): another query or checkpoint has written batches up to 0 there, and"
                                + " Spark would silently drop those of this query up to that one. Name a"
                                + " directory of its own for this query, or go on from the checkpoint"
                                + " that wrote there.");
        PlannedQuery sameCheckpoint = new PlannedQuery(
                "hits",
                Optional.of(hits()),
                OutputMode.Append(),
                Trigger.AvailableNow(),
                Optional.of(checkpoint().toString()));
        assertThat(refusals(Sinks.orc(path("hits")), sameCheckpoint)).isEmpty();
    }

    @Test
    void aDirectoryOutOfReachIsRefused() {
        assertThat(refusals(Sinks.json("nowhere://bucket/hits"), hits()))
                .containsExactly("json(nowhere://bucket/hits): the directory cannot be looked at"
                        + " (UnsupportedFileSystemException). Check the path, its file system and the rights on it.");
    }

    @Test
    void whatOneCallKnowsIsRefusedThere() {
        assertThatThrownBy(() -> Sinks.parquet(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parquet(\" \"): the path is blank. Name the directory to write to.");
        assertThatThrownBy(() -> Sinks.parquet("hits").partitionBy("day", "day"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("partitionBy(day, day): a column is named twice. Name it once.");
    }

    @Test
    void aSharedBaseStaysAsItIs() {
        FileSink base = Sinks.csv("hits");
        base.partitionBy("day");

        assertThat(base.describe()).isEqualTo("csv files in hits");
        assertThat(base.partitionBy("day").option("header", "canary").describe())
                .isEqualTo("csv files in hits, partitioned by day");
    }

    private void roundTrip(FileSink sink, String format) throws Exception {
        MemoryStream<String> lines = lines();
        add(lines, "1,94105", "2,10001");
        run(sink, hits(lines), directory.resolve("checkpoint-" + format));
        assertThat(text(session().read().option("header", "true").format(format).load(path(format))))
                .containsExactly("1|94105", "2|10001");
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }
}
