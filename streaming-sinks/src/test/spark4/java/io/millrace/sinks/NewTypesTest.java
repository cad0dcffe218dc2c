package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.TestStreams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryInput;
import io.millrace.core.Problem;
import io.millrace.core.internal.json.JsonDocument;
import io.millrace.core.internal.spark.SparkVersion;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types of Spark 4 are written as they are, or refused before the start. */
class NewTypesTest {
    private static final String VARIANT = "parse_json('{\"a\":1}') AS v";
    private static final String COLLATED = "collate(zip, 'UTF8_LCASE') AS v";

    private final Path directory;

    NewTypesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void variantsAreWrittenToTheFormatsThatHoldThem() throws Exception {
        for (FileSink sink : List.of(Sinks.json(path("json")), Sinks.parquet(path("parquet")))) {
            String format = sink.describe().substring(0, sink.describe().indexOf(' '));
            Dataset<Row> rows = rows(VARIANT);
            assertThat(refusals(sink, rows)).isEmpty();

            run(sink, rows, directory.resolve("checkpoint-" + format));

            assertThat(text(session()
                            .read()
                            .schema(rows.schema())
                            .format(format)
                            .load(path(format))
                            .selectExpr("id", "to_json(v)")))
                    .containsExactly("1|{\"a\":1}");
        }
        for (FileSink sink : List.of(Sinks.csv(path("csv")), Sinks.orc(path("orc")))) {
            assertThat(refusals(sink, rows(VARIANT)))
                    .singleElement()
                    .asString()
                    .contains(" format has no type for the column v, VARIANT. Change the columns or the option.");
        }
    }

    /** Spark does not have them by default, and 4.1 writes them to Parquet only. */
    @ParameterizedTest
    @ValueSource(strings = {"json", "csv", "parquet", "orc"})
    void aTimeOfDayKeepsAllItsDigitsOrIsRefused(String format) throws Exception {
        session().conf().set("spark.sql.timeType.enabled", "true");
        try {
            Dataset<Row> rows = rows("cast('12:34:56.123456' AS time(6)) AS v");
            FileSink sink = switch (format) {
                case "json" -> Sinks.json(path("hits"));
                case "csv" -> Sinks.csv(path("hits"));
                case "parquet" -> Sinks.parquet(path("hits"));
                default -> Sinks.orc(path("hits"));
            };

            if (SparkVersion.minor().equals("4.1") && !format.equals("parquet")) {
                assertThat(refusals(sink, rows))
                        .containsExactly(format + "(" + path("hits") + "): the " + format
                                + " format has no type for the column v, TIME(6). Change the columns or the option.");
                return;
            }
            run(sink, rows, directory.resolve("checkpoint"));

            assertThat(text(session()
                            .read()
                            .schema(rows.schema())
                            .format(format)
                            .load(path("hits"))))
                    .containsExactly("1|12:34:56.123456");
        } finally {
            session().conf().unset("spark.sql.timeType.enabled");
        }
    }

    @Test
    void directoriesAreNotNamedByWhatSparkCannotReadBack() {
        FileSink sink = Sinks.json(path("hits")).partitionBy("v");

        assertThat(refusals(sink, rows(COLLATED)))
                .containsExactly("partitionBy(v): the column is string collate UTF8_LCASE, and texts that it holds for"
                        + " equal would name several directories. Cast it to string.");
        assertThat(refusals(sink, rows(VARIANT)))
                .containsExactly("partitionBy(v): the column is variant, which cannot name a directory. Name a column"
                        + " of a simple type.");
    }

    @Test
    void aShapeIsNotAPartOfADocument() {
        StructType schema = StructType.fromDDL("place struct<at: array<geography(4326)>>");

        assertThat(JsonDocument.problem("valueAsJson", schema)
                        .map(problem -> problem.as(Problem::new).toString()))
                .contains(
                        "valueAsJson(place.at): it is a geography(4326), which a document cannot hold. Convert it with"
                                + " st_asbinary first, or drop it.");
    }

    @Test
    void aRecordIsTheTextOfACollatedStringAndTheJsonOfAVariant() throws Exception {
        TestKafka kafka = TestKafka.shared();
        kafka.createTopic("new-types", 1);
        KafkaSink sink = Sinks.kafka(kafka.bootstrapServers()).topic("new-types");
        Dataset<Row> rows = rows(COLLATED, "id AS i", VARIANT.replace("AS v", "AS doc"));

        for (KafkaSink each :
                List.of(sink.keyFrom("v").valueAsJson("doc"), sink.keyFrom("i").valueFrom("v"))) {
            assertThat(refusals(each, rows)).isEmpty();
            run(each, rows, directory.resolve(each.describe().contains("JSON") ? "a" : "b"));
        }

        assertThat(text(session()
                        .read()
                        .format("kafka")
                        .options(Map.of("kafka.bootstrap.servers", kafka.bootstrapServers(), "subscribe", "new-types"))
                        .load()
                        .selectExpr("string(key)", "string(value)")))
                .containsExactly("1|Zip", "Zip|{\"doc\":{\"a\":1}}");
    }

    @ParameterizedTest
    @CsvSource({"v, Zip", "doc, {\"a\":1}"})
    void theDisplayShowsThem(String column, String shown) {
        Dataset<Row> rows = session()
                .sql("SELECT 'Zip' AS zip")
                .selectExpr(COLLATED, VARIANT.replace("AS v", "AS doc"))
                .select(column);

        assertThat(RowSample.of(rows, 1).rows()).containsExactly(List.of(shown));
    }

    private static Dataset<Row> rows(String... columns) {
        MemoryInput<String> lines = lines();
        add(lines, "1,Zip");
        String[] all = new String[columns.length + 1];
        all[0] = "id";
        System.arraycopy(columns, 0, all, 1, columns.length);
        return hits(lines).selectExpr(all);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }
}
