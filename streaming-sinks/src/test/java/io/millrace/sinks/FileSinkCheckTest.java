package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MemoryInput;
import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.ValidationException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file sink refuses before the query starts. */
class FileSinkCheckTest {
    private final Path directory;

    FileSinkCheckTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void appendMicroBatchesAndACheckpointAreRequired() {
        Dataset<Row> counts = hits().groupBy("zip").count();
        PlannedQuery query = new PlannedQuery(
                "hits", Optional.of(counts), OutputMode.Complete(), Trigger.Continuous(1000), Optional.empty());

        assertThat(refusals(Sinks.parquet(path("hits")), query))
                .containsExactly(
                        "outputMode(Complete): a file sink only adds rows and cannot change them. Use append(); if"
                                + " the plan aggregates, add a watermark, so that each row is written once, when it is"
                                + " final.",
                        "continuous(PT1S): a file sink needs micro-batches, and the continuous"
                                + " trigger has none. Use every(...) or availableNow().",
                        "checkpointAt(nothing): a file sink needs a checkpoint that outlives the query."
                                + " Call checkpointAt(...) with a path of its own for this query.");
    }

    @Test
    void aPipelineReportsEachProblemOnce() {
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
    void aCheckpointOfTheSessionIsEnough() {
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
    void aMisspelledOptionIsReportedWithTheNearestOne() {
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
    void partitionColumnsAreCheckedWithTheRows() {
        Dataset<Row> rows = hits().selectExpr("id", "zip", "struct(id) as nested");

        assertThat(refusals(Sinks.parquet(path("hits")).partitionBy("day", "nested"), rows))
                .containsExactly(
                        "partitionBy(day): there is no such column (columns: id, zip, nested)."
                                + " Name one of these, or add the column in an earlier step.",
                        "partitionBy(nested): the column is struct<id:bigint>, which cannot name a directory."
                                + " Name a column of a simple type.");
        assertThat(refusals(Sinks.parquet(path("hits")).partitionBy("id", "ZIP"), hits()))
                .containsExactly("partitionBy(id, ZIP): no column is left for the files. Leave out at least one.");
    }

    @Test
    void whatAFormatCannotHoldIsRefused() {
        assertThat(refusals(Sinks.csv(path("hits")), hits().selectExpr("array(id) as ids")))
                .containsExactly(
                        "csv(" + path("hits") + "): the csv format has no type for the column ids, ARRAY<BIGINT>."
                                + " Change the columns or the option.");
        assertThat(refusals(Sinks.text(path("hits")), hits()))
                .containsExactly(
                        "text(" + path("hits") + "): the text format has no type for the column id, BIGINT. Change the"
                                + " columns or the option.");
        assertThat(refusals(Sinks.parquet(path("hits")).option("compression", "zip"), hits()))
                .singleElement()
                .asString()
                .containsPattern("[Cc]odec \\[?zip]? is not available")
                .doesNotContain("SQLSTATE");
    }

    @Test
    void aDirectoryThatAnotherCheckpointWroteIsRefused() throws Exception {
        MemoryInput<String> lines = lines();
        add(lines, "1,94105");
        run(Sinks.orc(path("hits")), hits(lines), checkpoint());

        assertThat(refusals(Sinks.orc(path("hits")), hits()))
                .containsExactly(
                        "orc(" + path("hits") + "): another query or checkpoint has written batches up to 0 there, and"
                                + " Spark would silently drop those of this query up to that one. Name a"
                                + " directory of its own for this query, or use the checkpoint that wrote there.");
        PlannedQuery sameCheckpoint = new PlannedQuery(
                "hits",
                Optional.of(hits()),
                OutputMode.Append(),
                Trigger.AvailableNow(),
                Optional.of(checkpoint().toString()));
        assertThat(refusals(Sinks.orc(path("hits")), sameCheckpoint)).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeReadIsRefused() {
        assertThat(refusals(Sinks.json("nowhere://AK:canary@bucket/hits"), hits()))
                .containsExactly("json(nowhere://***@bucket/hits): the directory cannot be read"
                        + " (UnsupportedFileSystemException). Check the path, its file system and its permissions.");
    }

    @Test
    void optionsThatHideOrChangeRowsAreRefused() {
        String hidden =
                "option(retention): Spark's readers would no longer see the rows of files that are older than 1s,"
                        + " since Spark removes these files from the list in"
                        + " _spark_metadata and leaves them in the directory. Leave it out;"
                        + " to keep the list short, start a new directory from time to time.";
        assertThat(refusals(Sinks.parquet(path("hits")).option("retention", "1s"), hits()))
                .containsExactly(hidden);
        assertThat(refusals(Sinks.format("orc").option("path", path("hits")).option("retention", "1s"), hits()))
                .containsExactly(hidden);
        assertThatThrownBy(() -> Pipeline.named("hits")
                        .from(session -> session.readStream().format("rate").load())
                        .to(Sinks.parquet(path("hits")))
                        .option("retention", "1s")
                        .checkpointAt(path("checkpoint"))
                        .validate(session()))
                .hasMessageContaining(hidden);
        assertThat(refusals(Sinks.json(path("hits")).option("pretty", "true"), hits()))
                .containsExactly("option(pretty): readers take each line of such a document as a document of its own."
                        + " Leave it out.");
        assertThat(refusals(Sinks.csv(path("hits")).option("encoding", "ISO-8859-1"), hits()))
                .containsExactly("option(encoding): a character that ISO-8859-1 does not have would be written as a"
                        + " question mark. Use UTF-8, which is the default.");
        assertThat(refusals(Sinks.json(path("hits")), hits().selectExpr("named_struct('a', 1, 'a', id) as s")))
                .contains("json(s.a): the rows have two fields of this name, and a document cannot. Rename one of them,"
                        + " or name the columns to take.");
    }

    @Test
    void aDirectoryIsNotNamedByATimeThatTwoInstantsShare() {
        Dataset<Row> rows = hits().selectExpr("id", "cast(zip as timestamp) as at");
        FileSink sink = Sinks.parquet(path("hits")).partitionBy("at");

        assertThat(refusals(sink, rows)).as("in UTC").isEmpty();
        rows.sparkSession().conf().set("spark.sql.session.timeZone", "Europe/Brussels");
        try {
            assertThat(refusals(sink, rows))
                    .containsExactly("partitionBy(at): a directory would be named by the local time of Europe/Brussels,"
                            + " which two instants share when its clocks go back. Partition by a date or a string, or"
                            + " set option(\"timeZone\", \"UTC\") here and for the reader.");
            assertThat(refusals(sink.option("timeZone", "UTC"), rows)).isEmpty();
        } finally {
            rows.sparkSession().conf().set("spark.sql.session.timeZone", "UTC");
        }
    }

    @Test
    void invalidArgumentsAreRefusedAtTheCall() {
        assertThatThrownBy(() -> Sinks.parquet(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parquet(\" \"): the path is blank. Name the directory to write to.");
        assertThatThrownBy(() -> Sinks.parquet("hits").partitionBy("day", "day"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("partitionBy(day, day): a column is named twice. Name it once.");
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }
}
