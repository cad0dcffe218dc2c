package io.millrace.sinks;

import static io.millrace.sinks.KafkaSinkTest.recordsOf;
import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.MemoryInput;
import io.millrace.core.Sink;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records at the limits of Kafka's producer and of a topic. */
@Timeout(120)
class RecordSizeTest {
    private static final TestKafka KAFKA = TestKafka.shared();

    /** The bytes of a value that, with a key of three bytes, makes a batch of 2,000. */
    private static final int LARGEST = 1927;

    private final Path directory;
    private final String topic;
    private final MemoryInput<String> lines = lines();

    RecordSizeTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void aRecordThatIsTooLargeIsNamedByItsSizesAndNeverByItsValues() throws Exception {
        KAFKA.createTopic(topic, 1);
        add(lines, "1,94105", "2,secret");
        Dataset<Row> rows = hits(lines).selectExpr("zip as key", "repeat(zip, int(pow(10, id) * 2000)) as value");

        Throwable failure = catchThrowable(
                () -> run(sink().option("kafka.max.request.size", "1100000"), rows, directory.resolve("a")));

        assertThat(ExceptionUtils.getRootCauseMessage(failure)).contains(tooLarge());
        assertThat(ExceptionUtils.getStackTrace(failure)).doesNotContain("secret");
    }

    private String tooLarge() {
        return "A record for topic " + topic + " has 1200094 bytes (key 6, value 1200000), more than"
                + " kafka.max.request.size = 1100000. Raise the limits with option(\"kafka.max.request.size\", ...) on"
                + " the sink and max.message.bytes on the topic, and restart; make the rows smaller in an earlier step;"
                + " or let oversized() of the sink route them.";
    }

    @Test
    void theLargestRecordThatTheProducerTakesIsWrittenAndOneByteMoreIsNamed() throws Exception {
        KAFKA.createTopic(topic, 1);
        Dataset<Row> rows = hits(lines)
                .selectExpr(
                        "'key' as key",
                        "repeat('x', int(id)) as value",
                        "array(named_struct('key', 'a', 'value', cast(null as binary)),"
                                + " named_struct('key', 'bc', 'value', encode(zip, 'UTF-8'))) as headers");
        int largest = 1;
        while (kafkasSize(largest + 1) <= 2000) {
            largest++;
        }
        KafkaSink sink = sink().option("kafka.max.request.size", "2000");

        add(lines, largest + ",94105");
        run(sink, rows, directory.resolve("a"));
        assertThat(recordsOf(topic, "length(value)")).containsExactly(Integer.toString(largest));

        add(lines, (largest + 1) + ",94105");
        assertThatThrownBy(() -> run(sink, rows, directory.resolve("a")))
                .hasStackTraceContaining(
                        "has " + kafkasSize(largest + 1) + " bytes (key 3, value " + (largest + 1) + ")");
    }

    @Test
    void theLargestRecordThatTheTopicTakesIsWrittenAndOneByteMoreIsNamedWithItsPlace() throws Exception {
        createTopic(topic, 2000);
        Dataset<Row> rows = hits(lines)
                .selectExpr(
                        "'key' as key",
                        "repeat('x', int(id)) as value",
                        "zip as topic",
                        "3 as partition",
                        "id + 7 as offset",
                        "now() as timestamp",
                        "0 as timestampType");

        add(lines, LARGEST + ",secret");
        run(sink(), rows, directory.resolve("a"));
        assertThat(recordsOf(topic, "length(value)")).containsExactly(Integer.toString(LARGEST));
        assertThatThrownBy(() ->
                        KAFKA.send(List.of(new ProducerRecord<>(topic, "key".getBytes(UTF_8), new byte[LARGEST + 1]))))
                .as("what Kafka itself says of one byte more")
                .hasStackTraceContaining("RecordTooLargeException");

        add(lines, (LARGEST + 1) + ",hits");
        assertThatThrownBy(() -> run(sink(), rows, directory.resolve("a")))
                .hasStackTraceContaining("A record for topic " + topic + " (read from hits, partition 3, offset "
                        + (LARGEST + 8) + ") has 2001 bytes (key 3, value " + (LARGEST + 1)
                        + "), more than max.message.bytes = 2000 of the topic. Raise the limits with ");
    }

    @Test
    void eachRowIsInOneOfTwoBranchesAndKafkaTakesThoseThatFit() throws Exception {
        createTopic(topic, 2000);
        KafkaSink sink = sink().keyFrom("zip").valueAsJson("text").option("kafka.max.request.size", 5000);
        List<Row> large = new ArrayList<>();
        // {"text":"..."} with a key of three bytes
        int largest = LARGEST - 11;
        add(lines, "1,abc", largest + ",abc", (largest + 1) + ",abc", "9000,abc");
        Dataset<Row> rows = hits(lines)
                .selectExpr(
                        "zip",
                        "repeat('x', int(id)) as text",
                        "'hits' as topic",
                        "3 as partition",
                        "id as offset",
                        "timestamp'2026-01-01' as timestamp");

        run(
                Sinks.several("fitting", sink.fitting(), sink)
                        .and(
                                "large",
                                sink.oversized(),
                                Sinks.foreachBatch((batch, id) -> large.addAll(batch.collectAsList()))),
                rows,
                directory);

        assertThat(recordsOf(topic, "length(value)")).containsExactlyInAnyOrder("12", Integer.toString(largest + 11));
        assertThat(large)
                .map(row -> row.getAs("offset") + ": " + row.getAs("reason"))
                .containsExactlyInAnyOrder(
                        (largest + 1) + ": 2001 bytes (key 3, value " + (LARGEST + 1)
                                + "), more than max.message.bytes = 2000 of the topic",
                        "9000: 9101 bytes (key 3, value 9011), more than kafka.max.request.size = 5000");
        assertThat(large).allSatisfy(row -> {
            assertThat(row.schema().fieldNames())
                    .containsExactly("value", "key", "topic", "partition", "offset", "timestamp", "reason");
            assertThat(new String(row.<byte[]>getAs("value"), UTF_8)).startsWith("{\"text\":\"xxx");
            assertThat(row.<byte[]>getAs("key")).isEqualTo("abc".getBytes(UTF_8));
            assertThat(row.<Integer>getAs("partition")).isEqualTo(3);
        });
    }

    /** Kafka's client would split a batch of 16 KiB without end, and Spark take it for written. */
    @Test
    void manyRecordsArriveThoughTheTopicTakesLessThanABatchOfThem() throws Exception {
        createTopic(topic, 2000);
        add(lines, "1,94105");
        Dataset<Row> rows = hits(lines).selectExpr("explode(array_repeat(repeat(zip, 20), 3000)) as value");

        run(sink(), rows, directory.resolve("a"));
        run(Sinks.several("one", sink()), rows, directory.resolve("b"));

        assertThat(recordsOf(topic, "value")).hasSize(6_000);
    }

    @Test
    void aBranchWithoutLargeRecordsCostsNoJob() throws Exception {
        createTopic(topic, 2000);
        add(lines, "1,94105");
        Dataset<Row> rows = hits(lines).selectExpr("zip as value");
        List<Long> jobs = new ArrayList<>();

        run(
                Sinks.several("fitting", sink().fitting(), sink())
                        .and("large", sink().oversized(), Sinks.foreachBatch((batch, id) -> {
                            int before = session().sparkContext().dagScheduler().numTotalJobs();
                            assertThat(batch.collectAsList()).isEmpty();
                            jobs.add((long) session()
                                            .sparkContext()
                                            .dagScheduler()
                                            .numTotalJobs()
                                    - before);
                        })),
                rows,
                directory);

        assertThat(jobs).containsExactly(0L);
        assertThat(recordsOf(topic, "value")).containsExactly("94105");
    }

    @Test
    void largeRecordsWithHeadersGoOnAsDeadLetters() throws Exception {
        createTopic(topic, 2000);
        KAFKA.createTopic(topic + "-large", 1);
        KafkaSink sink = sink().headersFrom("tags");
        add(lines, "3000,94105");

        run(
                Sinks.several(
                        "large",
                        sink.oversized(),
                        Sinks.kafka(KAFKA.bootstrapServers())
                                .topic(topic + "-large")
                                .deadLetters()),
                hits(lines)
                        .selectExpr(
                                "repeat('x', int(id)) as value",
                                "array(named_struct('key', 'zip', 'value', encode(zip, 'UTF-8'))) as tags"),
                directory);

        assertThat(recordsOf(
                        topic + "-large", "length(value)", "headers[0].value", "headers[1].key", "headers[1].value"))
                .containsExactly("3000|94105|millrace.reason|3080 bytes (key 0, value 3000), more than"
                        + " max.message.bytes = 2000 of the topic");
    }

    @Test
    void rowsOfWhichNoRecordCanBeMadeAreRefusedBeforeTheStart() {
        createTopic(topic, 2000);
        KafkaSink sink = sink().keyFrom("nothing").valueAsJson();
        Sink branches = Sinks.several("fitting", sink.fitting(), sink);

        assertThat(refusals(branches, hits()))
                .singleElement()
                .asString()
                .contains("keyFrom(nothing): there is no such column");
        assertThat(sink.fitting()).isEqualTo(sink.fitting()).isNotEqualTo(sink.oversized());
        assertThat(sink.oversized().describe()).isEqualTo("oversized(kafka topic " + topic + ")");
    }

    private static void createTopic(String name, int largest) {
        KAFKA.createTopic(name, 1);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        AlterConfigOp op = new AlterConfigOp(
                new ConfigEntry("max.message.bytes", Integer.toString(largest)), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** The size of such a record, as the producer estimates it before it refuses the record. */
    private static int kafkasSize(int value) {
        Header[] headers = {new RecordHeader("a", null), new RecordHeader("bc", "94105".getBytes(UTF_8))};
        return AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE, CompressionType.NONE, "key".getBytes(UTF_8), new byte[value], headers);
    }

    private KafkaSink sink() {
        return Sinks.kafka(KAFKA.bootstrapServers()).topic(topic);
    }
}
