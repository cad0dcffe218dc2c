package io.millrace.testkit.servers;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.spark.SparkVersion;
import io.millrace.core.internal.spark.SupportedSpark;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Kafka on a free port of 127.0.0.1: broker and KRaft controller in one child JVM that never outlives this JVM.
 * Topics are not created automatically. Works in a {@code main} and in JUnit, which closes it after the class. Needs
 * Linux or macOS; calls may come from any thread.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestKafka kafka = TestKafka.start();
 *
 * kafka.createTopic("hits", 4);
 * kafka.send("hits", "{\"zip\":\"9000\"}");
 * Sources.kafka(kafka.bootstrapServers()).topics("hits");
 * }</pre>
 */
public final class TestKafka implements AutoCloseable, AfterAllCallback {
    private static @Nullable TestKafka shared;

    private final KafkaBroker broker;
    private final boolean closable;

    private TestKafka(Settings settings, boolean closable) {
        SparkVersion.check(SupportedSpark.SUFFIX);
        this.broker = KafkaBroker.create(settings.properties, settings.users, settings.heap);
        this.closable = closable;
    }

    /** Starts a new broker. */
    public static TestKafka start() {
        return configured().start();
    }

    /** The settings of a broker, to change before the start. */
    public static Settings configured() {
        return new Settings(Map.of(), Map.of(), "256m");
    }

    /** The broker that the whole JVM shares: started by the first call, and never closed before the JVM ends. */
    public static synchronized TestKafka shared() {
        if (shared == null) {
            shared = new TestKafka(configured(), false);
        }
        return shared;
    }

    /** {@code 127.0.0.1:port}. It stays the same over a restart. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /**
     * Creates a topic; it exists when this returns.
     *
     * @throws IllegalStateException with Kafka's reason, if the topic exists or its name is not valid
     */
    public void createTopic(String name, int partitions) {
        KafkaAdmin.createTopic(bootstrapServers(), name, partitions);
    }

    /**
     * Sends records without a key, with the values in UTF-8; returns when the broker has acknowledged all of them.
     * Kafka chooses a partition; in a topic of one partition they have the order of the arguments.
     *
     * @throws IllegalStateException if there is no such topic, or with Kafka's reason if it refuses a record
     */
    public void send(String topic, String... values) {
        Arguments.required("send", "topic", topic);
        KafkaRecords.send(
                bootstrapServers(),
                Arguments.allRequired("send", "values", values).stream()
                        .map(value -> KafkaRecords.record(topic, value))
                        .toList());
    }

    /**
     * Sends records with the keys, values, headers, partitions and timestamps that they have; returns when the broker
     * has acknowledged all of them.
     *
     * @throws IllegalStateException if there is no such topic, or with Kafka's reason if it refuses a record
     */
    public void send(List<ProducerRecord<byte[], byte[]>> records) {
        KafkaRecords.send(bootstrapServers(), Arguments.allRequired("send", "records", records));
    }

    /**
     * All records that are in a topic at the time of the call, by partition and offset, with key and value as UTF-8.
     * Those of a transaction that is open or aborted are not among them.
     *
     * @throws IllegalStateException if there is no such topic, or if a key or a value is not UTF-8
     */
    public List<ConsumerRecord<@Nullable String, @Nullable String>> records(String topic) {
        return recordsAsBytes(topic).stream().map(KafkaRecords::asText).toList();
    }

    /**
     * As {@link #records}, with key and value as they are.
     *
     * @throws IllegalStateException if there is no such topic
     */
    public List<ConsumerRecord<byte[], byte[]>> recordsAsBytes(String topic) {
        return KafkaRecords.read(bootstrapServers(), Arguments.required("records", "topic", topic));
    }

    /**
     * {@code 127.0.0.1:port} of a second listener with SASL_SSL, for the users of {@link Settings#user} with mechanism
     * PLAIN. The first listener stays open, for the test itself.
     *
     * @throws IllegalStateException if the broker was started without users
     */
    public String securedServers() {
        return broker.securedListener().bootstrapServers();
    }

    /** The self-signed certificate of {@link #securedServers()} as PEM, which clients must trust. */
    public Path certificate() {
        return broker.securedListener().certificate();
    }

    /**
     * Lets a user read and write this topic in any consumer group. Without it, a user has no rights.
     *
     * @throws IllegalStateException if the broker was started without users
     */
    public void grant(String user, String topic) {
        KafkaAdmin.grant(bootstrapServers(), user, topic);
    }

    /** The process id of the broker's JVM. */
    public long pid() {
        return broker.pid();
    }

    /** Whether the broker's JVM is running. */
    public boolean isRunning() {
        return broker.isRunning();
    }

    /** The broker's own directory, with its topics and {@code server.log}; {@link #close()} deletes it. */
    public Path directory() {
        return broker.directory();
    }

    /** Shuts the broker down. {@link #restart()} starts it again. */
    public void stop() {
        broker.stop();
    }

    /** Kills the broker by SIGKILL; returns when it is gone. */
    public void kill() {
        broker.kill();
    }

    /**
     * Starts again on the same topics and port, after a shutdown if the broker is running; returns when it is ready.
     */
    public void restart() {
        broker.restart();
    }

    /**
     * Ends the broker at once and deletes its topics. Does nothing on the {@link #shared()} broker, or a second time.
     */
    @Override
    public void close() {
        if (closable) {
            broker.discard();
        }
    }

    /** {@link #close()} after the last test of the class that registered this extension. */
    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /**
     * The settings of a broker. Immutable: every call returns a copy.
     *
     * <pre>{@code TestKafka.configured().property("message.max.bytes", "2000000").start()}</pre>
     */
    public static final class Settings {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

        private final Map<String, String> properties;
        private final Map<String, String> users;
        private final String heap;

        private Settings(Map<String, String> properties, Map<String, String> users, String heap) {
            this.properties = Map.copyOf(properties);
            this.users = Map.copyOf(users);
            this.heap = heap;
        }

        /** A property of {@code server.properties}. */
        public Settings property(String name, String value) {
            return new Settings(with(properties, name, value), users, heap);
        }

        /** A user of {@link TestKafka#securedServers()}, with the rights of {@link TestKafka#grant}. */
        public Settings user(String name, String password) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "user(\"" + name + "\", ***): write the name with letters, digits, dot, _ and -.");
            }
            return new Settings(properties, with(users, name, password), heap);
        }

        /** The maximum heap of the broker, as for {@code -Xmx}. Default 256m. */
        public Settings heap(String size) {
            return new Settings(properties, users, size);
        }

        /** Starts a new broker and returns when topics can be created. */
        public TestKafka start() {
            return new TestKafka(this, true);
        }

        private static Map<String, String> with(Map<String, String> entries, String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(entries);
            more.put(name, value);
            return more;
        }
    }
}
