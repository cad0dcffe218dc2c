package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.TestStreams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
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
        MemoryInput<String> lines = lines();
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
        MemoryInput<String> lines = lines();
        FileSink sink = Sinks.json(path("hits"));
        add(lines, "1,94105");
        run(sink, hits(lines), checkpoint());

        TestStreams.forgetCommit(checkpoint(), 0);
        run(sink, hits(lines), checkpoint());

        assertThat(text(session().read().json(path("hits")))).containsExactly("1|94105");
    }

    @Test
    void everyFormatIsReadBackAsItWasWritten() throws Exception {
        roundTrip(Sinks.orc(path("orc")), "orc");
        roundTrip(Sinks.json(path("json")), "json");
        roundTrip(Sinks.csv(path("csv")).option("header", "true"), "csv");

        MemoryInput<String> lines = lines();
        add(lines, "a line");
        run(Sinks.text(path("text")), lines.toDF(), directory.resolve("checkpoint-text"));
        assertThat(text(session().read().text(path("text")))).containsExactly("a line");
    }

    @Test
    void aLocalPathIsWrittenToAsItIs() throws Exception {
        Path odd = directory.resolve("50% a#b:c [d] *?");
        MemoryInput<String> lines = lines();
        add(lines, "a line");
        run(Sinks.text(odd), lines.toDF(), directory.resolve("checkpoint-odd"));

        assertThat(odd.resolve("_spark_metadata").resolve("0")).exists();
        try (var files = Files.newDirectoryStream(odd, "*.txt")) {
            assertThat(files).anySatisfy(file -> assertThat(file).content().isEqualTo("a line\n"));
        }
    }

    /** Spark needs the state and the watermark of a batch, even if its rows are in the files. */
    @Test
    void aStatefulQueryGoesOnAfterABatchThatIsInTheFilesAlready() throws Exception {
        MemoryInput<String> lines = lines();
        Dataset<Row> rows = hits(lines).dropDuplicates("id");

        add(lines, "1,94105");
        runBatches(Sinks.json(path("hits")), rows);
        TestStreams.forgetCommit(checkpoint(), 0);
        add(lines, "1,94105", "2,10001");
        runBatches(Sinks.json(path("hits")), rows);

        assertThat(text(session().read().json(path("hits")))).containsExactly("1|94105", "2|10001");
    }

    private void runBatches(FileSink sink, Dataset<Row> rows) throws Exception {
        rows.writeStream()
                .foreachBatch(sink.batchesOf(rows))
                .option("checkpointLocation", checkpoint().toString())
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
    }

    @Test
    void aSharedBaseDoesNotChange() {
        FileSink base = Sinks.csv("hits");
        base.partitionBy("day");

        assertThat(base.describe()).isEqualTo("csv files in hits");
        assertThat(base.partitionBy("day").option("header", "true").describe())
                .isEqualTo("csv files in hits, partitioned by day, options header=true");
    }

    @Test
    void timesInTextFilesKeepAllTheirDigits() throws Exception {
        for (FileSink sink : List.of(Sinks.json(path("json")), Sinks.csv(path("csv")))) {
            String format = sink.describe().substring(0, sink.describe().indexOf(' '));
            MemoryInput<String> lines = lines();
            // The two of October are one local time in Brussels; in 1880 it was 17 minutes and 30 seconds ahead.
            add(
                    lines,
                    "2026-01-01T12:00:00.123456Z",
                    "2025-10-26T00:30:00.000001Z",
                    "2025-10-26T01:30:00.000001Z",
                    "1880-01-01T00:00:00Z");
            Dataset<Row> rows =
                    lines.toDF().selectExpr("cast(value as timestamp) as at", "cast(value as timestamp_ntz) as local");
            rows.sparkSession().conf().set("spark.sql.session.timeZone", "Europe/Brussels");
            try {
                run(sink, rows, directory.resolve("times-" + format));
                assertThat(text(session()
                                .read()
                                .schema(rows.schema())
                                .format(format)
                                .load(path(format))
                                .selectExpr("unix_micros(at)")))
                        .as(format)
                        .containsExactly(
                                "-2840140800000000", "1761438600000001", "1761442200000001", "1767268800123456");
            } finally {
                rows.sparkSession().conf().set("spark.sql.session.timeZone", "UTC");
            }
            assertThat(text(session()
                            .read()
                            .schema(rows.schema())
                            .format(format)
                            .load(path(format))
                            .selectExpr("cast(local as string)")))
                    .hasSize(4)
                    .anyMatch(local -> local.endsWith(":00.123456"));
        }
    }

    @Test
    void anOptionForTimesReplacesTheDefault() throws Exception {
        MemoryInput<String> lines = lines();
        add(lines, "2026-01-01T12:00:00.123456Z");

        run(
                Sinks.csv(path("csv")).option("timestampformat", "yyyy"),
                lines.toDF().selectExpr("cast(value as timestamp) as at"),
                checkpoint());

        assertThat(text(session().read().text(path("csv")))).containsExactly("2026");
    }

    @Test
    void textInFilesIsReadBackCharacterByCharacter() throws Exception {
        List<String> hostile =
                List.of(" a", "b ", "\t", "", "\"", "\\", "\\\"", "a,b", "a\nb", "#", "\u00e9\ud83d\ude00");
        for (String format : List.of("csv", "json")) {
            MemoryInput<String> lines = lines();
            add(lines, hostile.toArray(String[]::new));
            FileSink sink = format.equals("csv") ? Sinks.csv(path(format)) : Sinks.json(path(format));
            run(sink, lines.toDF().selectExpr("value", "1 as n"), directory.resolve("text-" + format));

            Dataset<Row> read = session()
                    .read()
                    .schema("value string, n int")
                    .options(format.equals("csv") ? Map.of("multiLine", "true", "nullValue", "\\N") : Map.of())
                    .format(format)
                    .load(path(format));

            assertThat(read.select("value").as(Encoders.STRING()).collectAsList())
                    .as(format)
                    .hasSameElementsAs(hostile)
                    .hasSameSizeAs(hostile);
        }
    }

    private void roundTrip(FileSink sink, String format) throws Exception {
        MemoryInput<String> lines = lines();
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
