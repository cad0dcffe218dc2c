package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.planned;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.KafkaSecurity;
import io.millrace.core.MemoryInput;
import io.millrace.core.Problem;
import io.millrace.core.Secret;
import io.millrace.testkit.servers.TestKafka;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What the Kafka sink refuses or warns of before the query starts. */
class KafkaSinkCheckTest {
    private static final TestKafka KAFKA = TestKafka.shared();

    private final Path directory;
    private final String topic;

    KafkaSinkCheckTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void columnsThatNoRecordUsesAreReported() {
        KAFKA.createTopic(topic, 1);
        Dataset<Row> rows = hits().selectExpr("zip as value", "id", "array(1) as headers", "true as timestamp");
        String unused = "no part of a record uses these columns, so that they are not written. Name them in"
                + " valueAsJson(...), headersFrom(...) or keyFrom(...), or leave them out with select(...) in an"
                + " earlier step.";

        assertThat(refusals(sink(), rows)).containsExactly("kafka(id, headers, timestamp): " + unused);
        assertThat(refusals(sink().valueFrom("value").keyFrom("id"), hits().selectExpr("zip as value", "id")))
                .isEmpty();
        assertThat(sink().keyFrom("zip").valueAsJson("zip").notes(planned(hits())))
                .extracting(Problem::toString)
                .containsExactly("kafka(id): " + unused);
        assertThat(sink().keyFrom("zip").valueAsJson().notes(planned(hits()))).isEmpty();
    }

    @Test
    void aTopicThatTakesLessThanTheProducerIsReported() throws Exception {
        KAFKA.createTopic(topic, 1);

        assertThat(sink().valueFrom("zip").keyFrom("id").notes(planned(hits()))).isEmpty();
        assertThat(sink().valueFrom("zip")
                        .keyFrom("id")
                        .option("kafka.max.request.size", "5000000")
                        .notes(planned(hits())))
                .extracting(Problem::toString)
                .containsExactly("topic(" + topic + "): its max.message.bytes is 1048588 and kafka.max.request.size is"
                        + " 5000000, so that the brokers refuse records in between and the query fails. Raise"
                        + " max.message.bytes of the topic, or lower the other with"
                        + " option(\"kafka.max.request.size\", \"1048588\").");
    }

    @Test
    void columnsAreCheckedWithTheRows() {
        Dataset<Row> rows = hits().selectExpr("id", "zip", "array(zip) as tags", "cast(id as double) as score");

        assertThat(refusals(
                        sink().keyFrom("zap")
                                .valueFrom("score")
                                .headersFrom("tags")
                                .partitionFrom("id"),
                        rows))
                .containsExactly(
                        "valueFrom(score): the column is double, and a record takes binary, string or a whole number."
                                + " Cast it, or use keyAsJson(...) or valueAsJson(...).",
                        "keyFrom(zap): there is no such column (columns: id, zip, tags, score)."
                                + " Name one of these, or add the column in an earlier step.",
                        "headersFrom(tags): the column is array<string>, but array<struct<key:string,value:binary>> is"
                                + " required. Cast it, or name another column.",
                        "partitionFrom(id): the column is bigint, but int is required. Cast it, or name another"
                                + " column.");
        assertThat(refusals(sink(), rows))
                .containsExactly(
                        "valueFrom(value): there is no such column (columns: id, zip, tags, score). Call valueAsJson()"
                                + " for all columns as a document, or valueFrom(...) with the column to send.");
        assertThat(refusals(sink().valueAsJson(), hits().selectExpr("id", "zip as id")))
                .containsExactly("valueAsJson(id): the rows have two columns of this name, and a document cannot."
                        + " Rename one of them, or name the columns to take.");
        assertThat(refusals(Sinks.kafka("localhost:1").topicFrom("id").valueAsJson(), rows))
                .containsExactly("topicFrom(id): the column is bigint, but string is required. Cast it, or name another"
                        + " column.");
    }

    @Test
    void aTopicThatIsNotNamedOrDoesNotExistIsRefused() {
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
    void misspelledOrImpossibleSettingsAreReported() {
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
    void invalidArgumentsAreRefusedAtTheCall() {
        assertThatThrownBy(() -> Sinks.kafka("localhost"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kafka(\"localhost\"): this is not a list of brokers."
                        + " Write host:port, several separated by commas.");
        assertThatThrownBy(() -> sink().topic("a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic(\"a b\"): a topic cannot have this name."
                        + " Use letters, digits, dot, _ and -, at most 249 of them.");
        assertThatThrownBy(() -> sink().option("kafka.acks", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option(kafka.acks, 1): records could silently be lost or duplicated, which this sink"
                        + " guarantees against. Leave it out.");
        assertThatThrownBy(() -> sink().option("kafka.ssl.key.password", "canary"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option(kafka.ssl.key.password, ***): plans and logs show options."
                        + " Pass it as a Secret, with security(...).");
        assertThatThrownBy(() -> sink().option("kafka.transactional.id", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option(kafka.transactional.id, ...): Spark manages this setting of the producer."
                        + " Spark's sink begins no transaction: leave it out.");
        assertThatThrownBy(() -> sink().valueAsJson("id", "id"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("valueAsJson(id, id): a column is named twice. Name it once.");
    }

    @Test
    void aMissingSecretIsReportedByItsPlace() {
        KafkaSink sink =
                sink().valueAsJson().security(KafkaSecurity.scramSha512("writer", Secret.env("MILLRACE_NOT_SET")));

        assertThat(refusals(sink, hits()))
                .singleElement()
                .asString()
                .contains("MILLRACE_NOT_SET")
                .contains("is not set in this process");
    }

    @Test
    void aRefusedLoginIsReportedAndThePasswordIsNotShown() throws Exception {
        KAFKA.createTopic(topic, 1);
        Path password = Files.writeString(directory.resolve("password"), "canary-4711");
        KafkaSink sink = sink().valueAsJson()
                .security(KafkaSecurity.plain("writer", Secret.file(password)).unencrypted())
                .patience(Duration.ofSeconds(5));
        MemoryInput<String> lines = lines();
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

    private KafkaSink sink() {
        return Sinks.kafka(KAFKA.bootstrapServers()).topic(topic);
    }
}
