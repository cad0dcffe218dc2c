package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestKafkaTest {
    @RegisterExtension
    static final TestKafka kafka = TestKafka.start();

    @Test
    void carriesRecordsOverSeveralPartitions() {
        kafka.createTopic("hits", 3);
        send(kafka, "hits", 0, 300);
        assertThat(read(kafka, "hits", 3)).hasSize(300);
    }

    @Test
    void topicsSurviveAStopAndAKillUntilTheServerIsClosed() {
        try (TestKafka server = TestKafka.start()) {
            server.createTopic("kept", 2);
            send(server, "kept", 0, 1_000);
            String address = server.bootstrapServers();
            server.kill();
            assertThat(server.isRunning()).isFalse();
            server.restart();
            assertThat(server.bootstrapServers()).isEqualTo(address);
            send(server, "kept", 1_000, 1);
            server.stop();
            assertThat(server.isRunning()).isFalse();
            server.restart();
            assertThat(read(server, "kept", 2)).hasSize(1_001);
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
            send(server, "other", 0, 1);
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

    private static void send(TestKafka server, String topic, int first, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", server.bootstrapServers(), "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            List<Future<RecordMetadata>> sent = IntStream.range(first, first + count)
                    .mapToObj(Integer::toString)
                    .map(number -> producer.send(new ProducerRecord<>(topic, number, number)))
                    .toList();
            producer.flush();
            assertThat(sent)
                    .allSatisfy(acknowledged ->
                            assertThat(acknowledged.get().hasOffset()).isTrue());
        }
    }

    private static Set<String> read(TestKafka server, String topic, int partitions) {
        Map<String, Object> settings = Map.of("bootstrap.servers", server.bootstrapServers());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long end = consumer.endOffsets(all).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            List<String> values = new ArrayList<>();
            while (values.size() < end) {
                for (ConsumerRecord<String, String> polled : consumer.poll(Duration.ofSeconds(10))) {
                    values.add(polled.value());
                }
            }
            return new HashSet<>(values);
        }
    }
}
