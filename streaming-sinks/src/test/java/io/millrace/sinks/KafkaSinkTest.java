package io.millrace.sinks;

import static io.millrace.sinks.Streams.add;
import static io.millrace.sinks.Streams.hits;
import static io.millrace.sinks.Streams.lines;
import static io.millrace.sinks.Streams.planned;
import static io.millrace.sinks.Streams.refusals;
import static io.millrace.sinks.Streams.run;
import static io.millrace.sinks.Streams.session;
import static io.millrace.sinks.Streams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.KafkaSecurity;
import io.millrace.core.Secret;
import io.millrace.testkit.TestKafka;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.streaming.MemoryStream;
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
    private final MemoryStream<String> lines = lines();

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
    void replayedBatchIsWrittenAgain() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,94105");
        KafkaSink sink = sink().valueFrom("zip");
        run(sink, hits(lines), directory);

        Streams.forgetCommit(directory, 0);
        run(sink, hits(lines), directory);

        assertThat(records("value")).containsExactly("94105", "94105");
    }

    @Test
    void besideOthersAReplayThatIsNotNeededWritesNothing() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,94105");
        SeveralSinks several = Sinks.several("kafka", sink().valueFrom("zip"));
        run(several, hits(lines), directory);

        Streams.forgetCommit(directory, 0);
        run(several, hits(lines), directory);

        assertThat(records("value")).containsExactly("94105");
    }

    @Test
    void everyOutputModeAndTriggerWillDo() throws Exception {
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
                .trigger(Trigger.Continuous(1000))
                .start();
        continuous.stop();

        assertThat(continuous.exception().isEmpty()).isTrue();
        assertThat(records("value")).hasSizeGreaterThanOrEqualTo(2).contains("{\"zip\":\"94105\",\"count\":1}");
    }

    @Test
    void columnsAreHeldAgainstTheRows() {
        Dataset<Row> rows = hits().selectExpr("id", "zip", "array(zip) as tags", "cast(id as double) as score");

        assertThat(refusals(
                        sink().keyFrom("zap")
                                .valueFrom("score")
                                .headersFrom("tags")
                                .partitionFrom("id"),
                        rows))
                .containsExactly(
                        "valueFrom(score): the column is double, and a record takes binary, string or a whole number."
                                + " Cast it, or take keyAsJson(...) or valueAsJson(...).",
                        "keyFrom(zap): there is no such column (columns: id, zip, tags, score)."
                                + " Name one of these, or add the column in a step before.",
                        "headersFrom(tags): the column is array<string>, needed is"
                                + " array<struct<key:string,value:binary>>. Cast it, or name another column.",
                        "partitionFrom(id): the column is bigint, needed is int. Cast it, or name another column.");
        assertThat(refusals(sink(), rows))
                .containsExactly(
                        "valueFrom(value): there is no such column (columns: id, zip, tags, score). Call valueAsJson()"
                                + " for all columns as a document, or valueFrom(...) with the column to send.");
        assertThat(refusals(sink().valueAsJson(), hits().selectExpr("id", "zip as id")))
                .containsExactly("valueAsJson(id): the rows have two columns of this name, and a document cannot."
                        + " Rename one of them, or name the columns to take.");
        assertThat(refusals(Sinks.kafka("localhost:1").topicFrom("id").valueAsJson(), rows))
                .containsExactly(
                        "topicFrom(id): the column is bigint, needed is string. Cast it, or name another column.");
    }

    @Test
    void aTopicThatIsNotNamedOrNotThereIsRefused() {
        assertThat(refusals(Sinks.kafka("localhost:1").valueAsJson(), hits()))
                .containsExactly(
                        "topic(nothing): no topic is named. Call topic(\"...\"), or topicFrom(\"...\") with a column.");
        String servers = KAFKA.bootstrapServers();
        assertThat(refusals(Sinks.kafka(servers).topic("nowhere").valueAsJson(), hits()))
                .containsExactly("topic(nowhere): the brokers at " + servers
                        + " have no such topic. Create it, or check the" + " name: kafka-topics.sh --bootstrap-server "
                        + servers + " --create --topic nowhere.");
    }

    @Test
    void aBrokerThatDoesNotAnswerIsRefused() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        KafkaSink sink =
                Sinks.kafka("localhost:" + free).topic("counts").valueAsJson().patience(Duration.ofMillis(500));

        assertThat(refusals(sink, hits()))
                .containsExactly("kafka(localhost:" + free + "): no broker answers there (TimeoutException)."
                        + " Start the brokers, or check host, port and security.");
    }

    @Test
    void misspelledOrImpossibleSettingsAreTold() {
        assertThat(refusals(sink().valueAsJson().option("kafka.linger.sm", "5"), hits()))
                .containsExactly(
                        "option(kafka.linger.sm): Kafka's producer has no option of this name and would ignore it."
                                + " Did you mean kafka.linger.ms?");
        assertThat(refusals(sink().valueAsJson().option("topik", "x"), hits()))
                .containsExactly("option(topik): the kafka sink has no option of this name and would ignore it."
                        + " Did you mean topic?");
        assertThat(refusals(sink().valueAsJson().option("kafka.retries", "0"), hits()))
                .containsExactly(
                        "option(" + KAFKA.bootstrapServers() + "): Kafka's producer refuses its settings: Must set"
                                + " retries to non-zero when using the idempotent"
                                + " producer. Change the option that it names.");
    }

    @Test
    void whatOneCallKnowsIsRefusedThere() {
        assertThatThrownBy(() -> Sinks.kafka("localhost"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kafka(\"localhost\"): this is no list of brokers."
                        + " Write host:port, several separated by commas.");
        assertThatThrownBy(() -> sink().topic("a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic(\"a b\"): no topic has such a name."
                        + " Use letters, digits, dot, _ and -, at most 249 of them.");
        assertThatThrownBy(() -> sink().option("kafka.acks", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "option(kafka.acks, 1): records would be lost or doubled without a word, and this sink promises"
                                + " that they are not. Leave it out.");
        assertThatThrownBy(() -> sink().option("kafka.ssl.key.password", "canary"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option(kafka.ssl.key.password, ***): plans and logs show options."
                        + " Hand it over as a Secret, with security(...).");
        assertThatThrownBy(() -> sink().option("kafka.transactional.id", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option(kafka.transactional.id, ...): Spark manages this setting of the producer."
                        + " Spark's sink begins no transaction: leave it out.");
        assertThatThrownBy(() -> sink().valueAsJson("id", "id"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("valueAsJson(id, id): a column is named twice. Name it once.");
    }

    @Test
    void aSecretThatIsNotThereIsToldByItsPlace() {
        KafkaSink sink =
                sink().valueAsJson().security(KafkaSecurity.scramSha512("writer", Secret.env("MILLRACE_NOT_SET")));

        assertThat(refusals(sink, hits()))
                .singleElement()
                .asString()
                .contains("MILLRACE_NOT_SET")
                .contains("is not set in this process");
    }

    @Test
    void aRefusedLoginIsToldAndThePasswordIsNowhere() throws Exception {
        KAFKA.createTopic(topic, 1);
        Path password = Files.writeString(directory.resolve("password"), "canary-4711");
        KafkaSink sink = sink().valueAsJson()
                .security(KafkaSecurity.plain("writer", Secret.file(password)).unencrypted())
                .patience(Duration.ofSeconds(5));
        add(lines, "1,94105");

        List<String> refusals = refusals(sink, hits());
        Throwable failure = catchThrowable(() -> run(sink, hits(lines), directory.resolve("checkpoint")));

        assertThat(refusals)
                .singleElement()
                .asString()
                .startsWith("security(" + KAFKA.bootstrapServers() + "): the brokers refuse to log this job in (")
                .endsWith("). Check user, password and mechanism.");
        assertThat(failure).isNotNull();
        assertThat(ExceptionUtils.getStackTrace(failure) + sink.describe() + refusals)
                .doesNotContain("canary-4711");
        try (Stream<Path> files = Files.walk(directory.resolve("checkpoint"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(Files.readAllBytes(file)).asString().doesNotContain("canary-4711"));
        }
    }

    @Test
    void describeSaysWhereAndHowWithoutSecrets() {
        KafkaSink sink = Sinks.kafka("localhost:9092")
                .topic("counts")
                .keyFrom("zip")
                .valueAsJson()
                .option("kafka.client.id", "canary")
                .security(KafkaSecurity.plain("canary", Secret.from(() -> "canary")));

        assertThat(sink.describe())
                .isEqualTo("kafka topic counts at localhost:9092 by SASL_SSL, key zip, value JSON of all columns");
        assertThat(Sinks.kafka("localhost:9092").topicFrom("place").describe())
                .isEqualTo("kafka topic from place at localhost:9092, key from the column key, if any, value value");
    }

    private KafkaSink sink() {
        return Sinks.kafka(KAFKA.bootstrapServers()).topic(topic);
    }

    private List<String> records(String... columns) {
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
