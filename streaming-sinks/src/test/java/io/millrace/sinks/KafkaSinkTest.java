package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.planned;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.TestStreams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.ContinuousQueries;
import io.millrace.core.KafkaSecurity;
import io.millrace.core.MemoryInput;
import io.millrace.core.Offsets;
import io.millrace.core.Secret;
import io.millrace.core.Sources;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class KafkaSinkTest {
    private static final TestKafka KAFKA = TestKafka.shared();

    private final Path directory;
    private final String topic;
    private final MemoryInput<String> lines = lines();

    KafkaSinkTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void aRowBecomesAJsonDocumentUnderItsKey() throws Exception {
        KAFKA.createTopic(topic, 2);
        add(lines, "1,94105", "2,10001");

        run(sink().keyFrom("zip").valueAsJson(), hits(lines), directory);

        assertThat(records("key", "value"))
                .containsExactly("10001|{\"id\":2,\"zip\":\"10001\"}", "94105|{\"id\":1,\"zip\":\"94105\"}");
    }

    @Test
    void keyAndValueMayBeDocumentsOfSomeColumns() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,94105");

        run(sink().keyAsJson("zip", "id").valueAsJson("id"), hits(lines), directory);

        assertThat(records("key", "value")).containsExactly("{\"zip\":\"94105\",\"id\":1}|{\"id\":1}");
    }

    @Test
    void columnsNamedKeyAndValueAreTakenAsTheyAre() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,94105");

        run(sink(), hits(lines).selectExpr("id as key", "encode(zip, 'UTF-8') as value", "'x' as other"), directory);

        assertThat(records("key", "value")).containsExactly("1|94105");
    }

    @Test
    void topicPartitionAndHeadersMayComeFromColumns() throws Exception {
        KAFKA.createTopic(topic, 3);
        add(lines, "1,94105");
        Dataset<Row> rows = hits(lines)
                .selectExpr(
                        "zip as value",
                        "'" + topic + "' as place",
                        "2 as slot",
                        "array(named_struct('key', 'source', 'value', encode('test', 'UTF-8'))) as tags");

        run(
                Sinks.kafka(KAFKA.bootstrapServers())
                        .topicFrom("place")
                        .partitionFrom("slot")
                        .headersFrom("tags"),
                rows,
                directory);

        assertThat(records("value", "partition", "headers[0].key", "headers[0].value"))
                .containsExactly("94105|2|source|test");
    }

    @Test
    void keysAMicrosecondApartAreTwoKeys() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,2026-01-01 12:00:00.123456", "2,2026-01-01 12:00:00.123457");

        run(
                sink().keyAsJson("at").valueAsJson("at", "local"),
                hits(lines).selectExpr("cast(zip as timestamp) as at", "cast(zip as timestamp_ntz) as local"),
                directory);

        assertThat(records("key", "value"))
                .containsExactly(
                        "{\"at\":\"2026-01-01T12:00:00.123456Z\"}|{\"at\":\"2026-01-01T12:00:00.123456Z\","
                                + "\"local\":\"2026-01-01T12:00:00.123456\"}",
                        "{\"at\":\"2026-01-01T12:00:00.123457Z\"}|{\"at\":\"2026-01-01T12:00:00.123457Z\","
                                + "\"local\":\"2026-01-01T12:00:00.123457\"}");
    }

    @Test
    void columnsNamedHeadersTopicAndPartitionAreTakenAsSparksOwnSinkDoes() throws Exception {
        KAFKA.createTopic(topic, 3);
        add(lines, "1,94105");
        Dataset<Row> rows = hits(lines)
                .selectExpr(
                        "zip as value",
                        "'" + topic + "' as topic",
                        "2 as partition",
                        "array(named_struct('key', 'source', 'value', encode('test', 'UTF-8'))) as headers");
        KafkaSink sink = Sinks.kafka(KAFKA.bootstrapServers());

        assertThat(refusals(sink, rows)).isEmpty();
        run(sink, rows, directory);

        assertThat(records("value", "partition", "headers[0].key", "headers[0].value"))
                .containsExactly("94105|2|source|test");
    }

    @Test
    void headersOfTheSourceReachTheNextTopic() throws Exception {
        KAFKA.createTopic(topic, 9); // one of which the copy does not have
        KAFKA.createTopic(topic + "Copy", 1);
        add(lines, "1,94105");
        run(
                sink(),
                hits(lines)
                        .selectExpr(
                                "zip as value",
                                "8 as partition",
                                "array(named_struct('key', 'source', 'value', encode('test', 'UTF-8'))) as headers"),
                directory.resolve("first"));
        Dataset<Row> read = Sources.kafka(KAFKA.bootstrapServers())
                .topics(topic)
                .startingFrom(Offsets.earliest())
                .withHeaders()
                .load(session());
        KafkaSink copy = Sinks.kafka(KAFKA.bootstrapServers()).topic(topic + "Copy");

        assertThat(refusals(copy, read))
                .as("the position of a record is not part of it")
                .isEmpty();
        assertThat(refusals(Sinks.kafka(KAFKA.bootstrapServers()), read))
                .as("neither is its destination")
                .containsExactly(
                        "topic(nothing): no topic is named. Call topic(\"...\"), or topicFrom(\"...\") with a column.");
        run(copy, read, directory.resolve("second"));

        assertThat(recordsOf(topic + "Copy", "value", "headers[0].key", "headers[0].value"))
                .containsExactly("94105|source|test");
    }

    @Test
    void replayedBatchIsWrittenAgain() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,94105");
        KafkaSink sink = sink().valueFrom("zip");
        run(sink, hits(lines), directory);

        TestStreams.forgetCommit(directory, 0);
        run(sink, hits(lines), directory);

        assertThat(records("value")).containsExactly("94105", "94105");
    }

    @Test
    void amongSeveralSinksAReplayThatIsNotNeededWritesNothing() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,94105");
        SeveralSinks several = Sinks.several("kafka", sink().valueFrom("zip"));
        run(several, hits(lines), directory);

        TestStreams.forgetCommit(directory, 0);
        run(several, hits(lines), directory);

        assertThat(records("value")).containsExactly("94105");
    }

    @Test
    void everyOutputModeAndTriggerIsAccepted() throws Exception {
        KAFKA.createTopic(topic, 1);
        KafkaSink sink = sink().keyFrom("zip").valueAsJson();
        add(lines, "1,94105");
        for (OutputMode mode : List.of(OutputMode.Update(), OutputMode.Complete())) {
            Dataset<Row> counts = hits(lines).groupBy("zip").count();
            assertThat(refusals(sink, planned(counts, mode, Trigger.AvailableNow())))
                    .isEmpty();
            sink.write(counts)
                    .outputMode(mode)
                    .option(
                            "checkpointLocation",
                            directory.resolve(mode.toString()).toString())
                    .trigger(Trigger.AvailableNow())
                    .start()
                    .awaitTermination();
        }
        Dataset<Row> rate = session().readStream().format("rate").load().selectExpr("value", "'a' as zip");
        assertThat(refusals(sink, planned(rate, OutputMode.Append(), Trigger.Continuous(1000))))
                .isEmpty();
        StreamingQuery continuous = sink.write(rate)
                .option("checkpointLocation", directory.resolve("continuous").toString())
                .trigger(Trigger.Continuous(50))
                .start();
        ContinuousQueries.awaitFirstEpoch(continuous);
        continuous.stop();

        assertThat(continuous.exception().isEmpty()).isTrue();
        assertThat(records("value")).hasSizeGreaterThanOrEqualTo(2).contains("{\"zip\":\"94105\",\"count\":1}");
    }

    @Test
    void describeSaysWhereAndHowWithoutSecrets() {
        KafkaSink sink = Sinks.kafka("localhost:9092")
                .topic("counts")
                .keyFrom("zip")
                .valueAsJson()
                .option("kafka.linger.ms", "5")
                .security(KafkaSecurity.plain("canary", Secret.from(() -> "canary")));

        assertThat(sink.describe())
                .isEqualTo("kafka topic counts at localhost:9092 by SASL_SSL, key zip, value JSON of all columns,"
                        + " options kafka.linger.ms=5, kafka.sasl.jaas.config=***, kafka.sasl.mechanism=PLAIN");
        assertThat(Sinks.kafka("localhost:9092").topicFrom("place").describe())
                .isEqualTo("kafka topic from place at localhost:9092, key from the column key, if any,"
                        + " value from the column value");
    }

    private KafkaSink sink() {
        return Sinks.kafka(KAFKA.bootstrapServers()).topic(topic);
    }

    private List<String> records(String... columns) {
        return recordsOf(topic, columns);
    }

    static List<String> recordsOf(String topic, String... columns) {
        String[] texts = new String[columns.length];
        for (int column = 0; column < columns.length; column++) {
            texts[column] = "cast(" + columns[column] + " as string)";
        }
        return text(session()
                .read()
                .format("kafka")
                .option("kafka.bootstrap.servers", KAFKA.bootstrapServers())
                .option("subscribe", topic)
                .option("includeHeaders", "true")
                .load()
                .selectExpr(texts));
    }
}
