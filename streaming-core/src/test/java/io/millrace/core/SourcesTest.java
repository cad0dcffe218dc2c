package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    @Test
    void filesAreReadOnceEachAndDoneOnesAreRemoved(@TempDir Path directory) throws Exception {
        Path incoming = Files.createDirectory(directory.resolve("incoming"));
        Source hits =
                Sources.json(incoming.toString()).schema("zip STRING, n INT").maxFilesPerTrigger(1);
        Files.writeString(incoming.resolve("a.json"), "{\"zip\":\"9000\",\"n\":1}\n{\"zip\":\"9001\"}");
        Files.writeString(incoming.resolve("b.json"), "{\"zip\":\"9002\",\"n\":3}");

        assertThat(hits.describe())
                .isEqualTo("json(maxFilesPerTrigger=1, path=" + incoming + ").schema(zip STRING,n INT)");
        assertThat(all(hits.load(Spark.session()), directory.resolve("checkpoint")))
                .containsExactly("[9000,1]", "[9001,null]", "[9002,3]");
        assertThat(all(hits.load(Spark.session()), directory.resolve("checkpoint")))
                .isEmpty();
    }

    @Test
    void everyFileFormatGivesItsColumns(@TempDir Path directory) {
        String path = directory.toString();
        String schema = "zip STRING";

        assertThat(List.of(
                        Sources.csv(path).schema(schema).option("header", "true"),
                        Sources.parquet(path).schema(schema),
                        Sources.orc(path).schema(schema)))
                .allSatisfy(source -> assertThat(
                                source.load(Spark.session()).schema().simpleString())
                        .isEqualTo("struct<zip:string>"));
        assertThat(Sources.text(path).load(Spark.session()).columns()).containsExactly("value");
    }

    @Test
    void settingsOfFilesAreOptionsOfSparks() {
        assertThat(Sources.text("/hits")
                        .maxFileAge(Duration.ofDays(1))
                        .latestFirst()
                        .archivingDoneFilesTo("/done")
                        .describe())
                .isEqualTo("text(cleanSource=archive, latestFirst=true, maxFileAge=86400000ms, path=/hits,"
                        + " sourceArchiveDir=/done)");
        assertThat(Sources.text("/hits")
                        .archivingDoneFilesTo("/done")
                        .deletingDoneFiles()
                        .describe())
                .isEqualTo("text(cleanSource=delete, path=/hits)");
    }

    @Test
    void filesWithoutASchemaOrWithAnUnknownOptionAreRefused() {
        assertThatThrownBy(() -> Sources.csv("/hits").option("headr", "true").load(Spark.session()))
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(Problem::toString)
                                .containsExactly(
                                        "schema(nothing): Spark cannot infer the columns of files that do not exist"
                                                + " yet. Call schema(...), or take it from"
                                                + " spark.read().csv(path).schema().",
                                        "option(headr): the csv file source has no option of this name and would"
                                                + " ignore it. Did you mean header?"));
    }

    @Test
    void anOptionOfAFileFormatIsKnownInAnyCase() {
        assertThat(Sources.json("/hits")
                        .schema("a INT")
                        .option("MULTILINE", "true")
                        .problems())
                .isEmpty();
    }

    @Test
    void rateAndSocketGiveTheirColumns() {
        assertThat(Sources.rate()
                        .rowsPerSecond(10)
                        .rampUpTime(Duration.ofSeconds(2))
                        .numPartitions(1)
                        .describe())
                .isEqualTo("rate(numPartitions=1, rampUpTime=2s, rowsPerSecond=10)");
        assertThat(Sources.rate().load(Spark.session()).columns()).containsExactly("timestamp", "value");
        assertThat(Sources.socket("localhost", 9)
                        .withTimestamps()
                        .load(Spark.session())
                        .columns())
                .containsExactly("value", "timestamp");
    }

    @Test
    void anyFormatAndAnyRowsAreASource() {
        assertThat(Sources.format("rate-micro-batch")
                        .option("rowsPerBatch", "3")
                        .load(Spark.session())
                        .columns())
                .containsExactly("timestamp", "value");
        assertThat(Sources.of(Spark.rate()).describe()).isEqualTo("rows struct<timestamp:timestamp,value:bigint>");
        Source function = spark -> spark.readStream().format("rate").load();
        assertThat(function.load(Spark.session()).isStreaming()).isTrue();
    }

    @Test
    void anOptionOfAnyFormatThatSparkShipsIsCheckedByName() {
        assertThatThrownBy(() ->
                        Sources.format("rate").option("rowPerSecond", "10").load(Spark.session()))
                .hasMessage("Source rate(rowPerSecond=10): option(rowPerSecond): the rate source has no option of this"
                        + " name and would ignore it. Did you mean rowsPerSecond?");
        assertThat(Sources.format("of-our-own").option("rowPerSecond", "10").problems())
                .isEmpty();
    }

    @Test
    void theCaseOfAFormatDoesNotCount() {
        assertThat(Sources.format("RATE").option("rowPerSecond", "10").problems())
                .singleElement()
                .asString()
                .startsWith("option(rowPerSecond): the rate source has no option of this name");
        assertThatThrownBy(() -> Sources.format("Kafka").option("kafka.ssl.key.password", "canary-4711"))
                .hasMessageStartingWith("option(kafka.ssl.key.password, ***): plans and logs show options.");
    }

    @Test
    void aSecretInAnOptionIsNotDescribed() {
        assertThat(Sources.format("of-our-own")
                        .option("db.passwd", "canary-4711")
                        .option("address", "ftp://user:canary-4711@host/x")
                        .describe())
                .isEqualTo("of-our-own(address=ftp://***@host/x, db.passwd=***)");
    }

    @Test
    void refusesInvalidArgumentsAtTheCall() {
        assertThatThrownBy(() -> Sources.of(Spark.sql("SELECT 1")))
                .hasMessage(
                        "Sources.of(rows): these rows are a batch, not a stream. Make them with spark.readStream().");
        assertThatThrownBy(() -> Sources.socket("localhost", 99_999))
                .hasMessage("socket(localhost, 99999): name a host, and a port from 1 to 65535.");
        assertThatThrownBy(() -> Sources.rate().rowsPerSecond(0)).hasMessage("rowsPerSecond(0): must be at least 1.");
        assertThatThrownBy(() -> Sources.rate().rampUpTime(Duration.ofMillis(1_500)))
                .hasMessage("rampUpTime(PT1.5S): Spark counts it in whole seconds. Round it.");
    }

    /** All rows that a query reads from its checkpoint on. */
    private static List<String> all(Dataset<Row> stream, Path checkpoint) throws Exception {
        Queue<String> found = new ConcurrentLinkedQueue<>();
        VoidFunction2<Dataset<Row>, Long> collect = (rows, batch) -> found.addAll(Spark.lines(rows));
        stream.writeStream()
                .foreachBatch(collect)
                .trigger(Trigger.AvailableNow())
                .option("checkpointLocation", checkpoint.toString())
                .start()
                .awaitTermination();
        return found.stream().sorted().toList();
    }
}
