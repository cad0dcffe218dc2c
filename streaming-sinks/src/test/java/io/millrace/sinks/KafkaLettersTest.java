package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.planned;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.JsonMarks;
import io.millrace.core.Offsets;
import io.millrace.core.Problem;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Malformed rows as records of another topic. */
class KafkaLettersTest {
    private static final TestKafka KAFKA = TestKafka.shared();
    private static final JsonMarks ORDERS =
            Transforms.jsonFields("value").integer("count", "$.count").mark();

    private final Path directory;
    private final String topic;
    private final String letters;

    KafkaLettersTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName();
        this.letters = topic + "-letters";
    }

    @Test
    void aMalformedRecordGoesOnWithItsBytesAndHeadersAndWhereItWas() throws Exception {
        byte[] bytes = {'{', (byte) 0xff, 0};
        byte[] key = {(byte) 0xfe, 1};
        KAFKA.createTopic(topic, 2);
        KAFKA.createTopic(letters, 1);
        KAFKA.send(List.of(
                new ProducerRecord<>(topic, 1, 1_767_268_800_123L, "k".getBytes(UTF_8), "{}".getBytes(UTF_8)),
                new ProducerRecord<>(
                        topic,
                        1,
                        1_767_268_800_123L,
                        key,
                        bytes,
                        List.of(new RecordHeader("trace", new byte[] {42}), new RecordHeader("none", null)))));

        run(branches(), ORDERS.apply(read()), directory);

        ConsumerRecord<byte[], byte[]> letter = letter();
        assertThat(letter.key()).isEqualTo(key);
        assertThat(letter.value()).isEqualTo(bytes);
        assertThat(Stream.of(letter.headers().toArray()).map(Header::key))
                .containsExactly(
                        "trace",
                        "none",
                        "millrace.reason",
                        "millrace.topic",
                        "millrace.partition",
                        "millrace.offset",
                        "millrace.timestamp");
        assertThat(letter.headers().lastHeader("trace").value()).containsExactly(42);
        assertThat(letter.headers().lastHeader("none").value()).isNull();
        assertThat(header(letter, "reason")).startsWith("malformed JSON at character 2");
        assertThat(header(letter, "topic")).isEqualTo(topic);
        assertThat(header(letter, "partition")).isEqualTo("1");
        assertThat(header(letter, "offset")).isEqualTo("1");
        assertThat(header(letter, "timestamp")).isEqualTo("2026-01-01T12:00:00.123000Z");
    }

    @Test
    void whatIsNullHasNoHeader() throws Exception {
        KAFKA.createTopic(letters, 1);
        Dataset<Row> rows =
                session().createDataset(List.of("{"), Encoders.STRING()).toDF();

        sink().batchesOf(rows).call(ORDERS.malformed().apply(ORDERS.apply(rows)), 0L);

        ConsumerRecord<byte[], byte[]> letter = letter();
        assertThat(letter.key()).isNull();
        assertThat(Stream.of(letter.headers().toArray()).map(Header::key)).containsExactly("millrace.reason");
    }

    @Test
    void rowsOfAnotherShapeAreRefused() {
        KAFKA.createTopic(letters, 1);
        Dataset<Row> malformed = ORDERS.malformed().apply(ORDERS.apply(read()));

        assertThat(refusals(sink(), malformed)).isEmpty();
        assertThat(refusals(sink(), malformed.withColumnRenamed("reason", "why")))
                .containsExactly("deadLetters(reason): there is no such column (columns: value, key, topic, partition,"
                        + " offset, timestamp, headers, why). Give this sink the rows of malformed(), as of"
                        + " jsonFields(...).mark() or route().");
        assertThat(refusals(sink(), malformed.withColumn("offset", col("offset").cast("string"))))
                .first()
                .asString()
                .startsWith("deadLetters(offset): the column is string, but bigint is required. ");
        assertThat(refusals(sink(), malformed.selectExpr("*", "1 as more")))
                .containsExactly("deadLetters(more): no part of a dead letter uses these columns, so that they would"
                        + " not be written. Leave them out with select(...) in an earlier step.");
        assertThat(refusals(Sinks.kafka(KAFKA.bootstrapServers()).deadLetters(), malformed))
                .as("the column with the topic of the source is not a place to go")
                .singleElement()
                .asString()
                .startsWith("topic(nothing): no topic is named.");
        assertThat(sink().check(planned(hits())).stream().map(Problem::field)).containsOnly("deadLetters");
    }

    @Test
    void columnsOfARecordCannotBeNamedBesides() {
        String reason =
                "deadLetters(): the original record says key, value and headers of a dead letter, and topic(...)"
                        + " where it goes. Leave out keyFrom(...), valueAsJson(...) and the other calls that name"
                        + " columns.";

        assertThatThrownBy(() -> sink().keyFrom("key")).hasMessage(reason);
        assertThatThrownBy(
                        () -> Sinks.kafka("localhost:9092").topicFrom("topic").deadLetters())
                .hasMessage(reason);
        assertThat(sink().describe())
                .isEqualTo("kafka topic " + letters + " at " + KAFKA.bootstrapServers() + ", dead letters");
        assertThat(sink())
                .isEqualTo(sink())
                .isNotEqualTo(Sinks.kafka(KAFKA.bootstrapServers()).topic(letters));
    }

    private SeveralSinks branches() {
        return Sinks.several("malformed", ORDERS.malformed(), sink()).and("table", ORDERS.good(), Sinks.format("noop"));
    }

    private KafkaSink sink() {
        return Sinks.kafka(KAFKA.bootstrapServers()).topic(letters).deadLetters();
    }

    private Dataset<Row> read() {
        return Sources.kafka(KAFKA.bootstrapServers())
                .topics(topic)
                .startingFrom(Offsets.earliest())
                .withHeaders()
                .load(session());
    }

    private ConsumerRecord<byte[], byte[]> letter() {
        List<ConsumerRecord<byte[], byte[]>> records = KAFKA.recordsAsBytes(letters);
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader("millrace." + name).value(), UTF_8);
    }
}
