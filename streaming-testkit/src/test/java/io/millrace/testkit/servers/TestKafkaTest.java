package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestKafkaTest {
    @RegisterExtension
    static final TestKafka kafka = TestKafka.start();

    @Test
    void carriesRecordsOverSeveralPartitions() {
        kafka.createTopic("hits", 3);
        for (int partition : List.of(2, 0, 1)) {
            kafka.send(List.of(
                    new ProducerRecord<>("hits", partition, utf8("k" + partition), utf8("first")),
                    new ProducerRecord<>("hits", partition, utf8("k" + partition), utf8("second"))));
        }
        assertThat(kafka.records("hits"))
                .extracting(ConsumerRecord::partition, ConsumerRecord::key, ConsumerRecord::value)
                .containsExactly(
                        tuple(0, "k0", "first"),
                        tuple(0, "k0", "second"),
                        tuple(1, "k1", "first"),
                        tuple(1, "k1", "second"),
                        tuple(2, "k2", "first"),
                        tuple(2, "k2", "second"));
    }

    @Test
    void valuesKeepTheirOrderInAPartition() {
        kafka.createTopic("ordered", 1);
        kafka.send("ordered", numbers(0, 2_000));
        kafka.send("ordered", "\u00e9\ud83c\udf0d");
        assertThat(values(kafka, "ordered"))
                .startsWith(numbers(0, 2_000))
                .endsWith("\u00e9\ud83c\udf0d")
                .hasSize(2_001);
        kafka.createTopic("empty", 2);
        assertThat(kafka.records("empty")).isEmpty();
    }

    @Test
    void headersTimestampsAndTombstonesArrive() {
        kafka.createTopic("whole", 1);
        kafka.send(List.of(new ProducerRecord<>(
                "whole", 0, 86_400_000L, utf8("key"), null, List.of(new RecordHeader("trace", utf8("7"))))));
        assertThat(kafka.records("whole")).singleElement().satisfies(only -> {
            assertThat(only.key()).isEqualTo("key");
            assertThat(only.value()).isNull();
            assertThat(only.timestamp()).isEqualTo(86_400_000L);
            assertThat(only.headers().lastHeader("trace").value()).isEqualTo(utf8("7"));
        });
    }

    @Test
    void recordsOfAnyAgeAreKept() throws Exception {
        kafka.createTopic("old", 1);
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "old");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(admin.describeConfigs(List.of(topic)).all().get())
                    .hasEntrySatisfying(
                            topic,
                            found -> assertThat(found.get("retention.ms").value())
                                    .isEqualTo("-1"));
        }
    }

    @Test
    void bytesThatAreNotTextAreNotChanged() {
        kafka.createTopic("binary", 1);
        byte[] bytes = {1, (byte) 0xff, 0};
        kafka.send("binary", "text");
        kafka.send(List.of(new ProducerRecord<>("binary", bytes)));
        assertThat(kafka.recordsAsBytes("binary").get(1).value()).isEqualTo(bytes);
        assertThatThrownBy(() -> kafka.records("binary"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("records(\"binary\"): the value at offset 1 of partition 0 is not UTF-8. Call"
                        + " recordsAsBytes instead.");
        assertThatThrownBy(() -> kafka.send("binary", "half \ud83c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("send(\"binary\", ...): a value has half of a surrogate pair, which UTF-8 cannot hold. Send"
                        + " its bytes in a ProducerRecord.");
        assertThat(kafka.recordsAsBytes("binary")).hasSize(2);
    }

    @Test
    void onlyCommittedRecordsAreRead() throws Exception {
        kafka.createTopic("transactions", 1);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "onlyCommittedRecords");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", utf8("aborted"))).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", utf8("committed")))
                    .get();
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", utf8("open"))).get();
            assertThat(values(kafka, "transactions")).containsExactly("committed");
            producer.abortTransaction();
        }
    }

    @Test
    void aTopicThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> kafka.send("absent", "a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("There is no topic \"absent\". Call createTopic(\"absent\", partitions) first.");
        assertThatThrownBy(() -> kafka.records("absent")).hasMessageStartingWith("There is no topic \"absent\".");
    }

    @Test
    void aRecordThatTheBrokerRefusesIsReported() {
        kafka.createTopic("small", 1);
        assertThatThrownBy(() -> kafka.send("small", "fits", "x".repeat(2_000_000)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Kafka refused a record: The message is 2000")
                .hasMessageNotContaining("xx");
    }

    @Test
    void topicsSurviveAStopAndAKillUntilTheServerIsClosed() {
        try (TestKafka server = TestKafka.start()) {
            server.createTopic("kept", 2);
            server.send("kept", numbers(0, 1_000));
            String address = server.bootstrapServers();
            server.kill();
            assertThat(server.isRunning()).isFalse();
            server.restart();
            assertThat(server.bootstrapServers()).isEqualTo(address);
            server.send("kept", "1000");
            server.stop();
            assertThat(server.isRunning()).isFalse();
            server.restart();
            assertThat(values(server, "kept")).containsExactlyInAnyOrder(numbers(0, 1_001));
            closeLeavesNeitherProcessNorDirectory(server);
        }
    }

    private static void closeLeavesNeitherProcessNorDirectory(TestKafka server) {
        Path directory = server.directory();
        ProcessHandle broker = ProcessHandle.of(server.pid()).orElseThrow();
        server.close();
        server.close();
        assertThat(directory).doesNotExist();
        assertThat(broker.isAlive()).isFalse();
        assertThatThrownBy(server::restart).hasMessageContaining("was closed and its topics deleted");
    }

    @Test
    void aTopicIsNeverCreatedByAccident() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get()).doesNotContain("nowhere");
            assertThatThrownBy(() -> admin.describeTopics(List.of("nowhere"))
                            .allTopicNames()
                            .get())
                    .hasMessageContaining("UnknownTopicOrPartition");
            assertThat(admin.listTopics().names().get()).doesNotContain("nowhere");
        }
    }

    @Test
    void aTopicThatExistsIsRefusedWithKafkasReason() {
        kafka.createTopic("once", 1);
        assertThatThrownBy(() -> kafka.createTopic("once", 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Kafka refused: Topic 'once' already exists.");
    }

    @Test
    void topicsAreCreatedWhenABrokerThatWasStalledHasRejoined() {
        // The broker is out of the cluster between two heartbeats.
        TestKafka.Settings stalling = TestKafka.configured()
                .property("broker.session.timeout.ms", "200")
                .property("broker.heartbeat.interval.ms", "600");
        try (TestKafka server = stalling.start()) {
            for (int topic = 0; topic < 10; topic++) {
                server.createTopic("topic-" + topic, 1);
            }
            server.send("topic-9", "sent");
            assertThat(server.records("topic-9")).hasSize(1);
        }
    }

    @Test
    void theSharedBrokerIsOneAndSurvivesClose() {
        TestKafka shared = TestKafka.shared();
        shared.close();
        assertThat(shared.isRunning()).isTrue();
        assertThat(TestKafka.shared()).isSameAs(shared);
    }

    @Test
    void usersComeThroughTheListenerThatEncryptsAndDoWhatTheyWereGranted() throws Exception {
        try (TestKafka server =
                TestKafka.configured().user("shop", "a \"pass\"\\").start()) {
            server.createTopic("granted", 1);
            server.createTopic("other", 1);
            server.grant("shop", "granted");
            try (Admin admin = Admin.create(Map.of(
                    "bootstrap.servers",
                    server.securedServers(),
                    "security.protocol",
                    "SASL_SSL",
                    "sasl.mechanism",
                    "PLAIN",
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required"
                            + " username=\"shop\" password=\"a \\\"pass\\\"\\\\\";",
                    "ssl.truststore.type",
                    "PEM",
                    "ssl.truststore.location",
                    server.certificate().toString()))) {
                assertThat(admin.listTopics().names().get()).containsExactly("granted");
            }
            server.kill();
            server.restart();
            server.send("other", "sent without a login");
        }
    }

    @Test
    void aBrokerWithoutUsersHasNoSecuredListener() {
        assertThatThrownBy(kafka::securedServers)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("This Kafka has no users: start it with"
                        + " TestKafka.configured().user(\"name\", \"password\").start().");
        assertThatThrownBy(() -> TestKafka.configured().user("a b", "canary"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("user(\"a b\", ***): write the name with letters, digits, dot, _ and -.");
    }

    @Test
    void aBrokerThatDoesNotStartShowsTheEndOfItsLog() {
        TestKafka.Settings settings = TestKafka.configured().property("log.retention.bytes", "many");
        assertThatThrownBy(settings::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Kafka ended with status 1 instead of starting")
                .hasMessageContaining("log.retention.bytes");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String[] numbers(int first, int count) {
        return IntStream.range(first, first + count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    private static List<String> values(TestKafka server, String topic) {
        return server.records(topic).stream().map(ConsumerRecord::value).toList();
    }

    // What the compiler refuses is what it checks.
    @SuppressWarnings("NullAway")
    @Test
    void nullIsNotSent() {
        assertThatThrownBy(() -> kafka.send("any", (String) null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("send(): one of values is null. Pass a value for each.");
        assertThatThrownBy(() -> kafka.send(null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> kafka.records(null)).isInstanceOf(IllegalArgumentException.class);
    }
}
