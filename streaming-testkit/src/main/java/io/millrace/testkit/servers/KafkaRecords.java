package io.millrace.testkit.servers;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends records to a broker, and reads those that a topic has. */
final class KafkaRecords {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private KafkaRecords() {}

    /** Returns when the broker has acknowledged all of them. */
    static void send(String bootstrapServers, List<ProducerRecord<byte[], byte[]>> records) {
        records.stream().map(ProducerRecord::topic).distinct().forEach(topic -> partitions(bootstrapServers, topic));
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                // If a broker that just got its partitions back refuses the first request and takes the second, the
                // first is out of order for good.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            records.forEach(next -> sent.add(producer.send(next)));
            producer.flush();
            sent.forEach(KafkaRecords::awaitAcknowledged);
        }
    }

    /** All committed records that the topic has now, by partition and offset. */
    static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers, String topic) {
        List<TopicPartition> partitions = partitions(bootstrapServers, topic);
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                IsolationLevel.READ_COMMITTED.toString().toLowerCase(Locale.ROOT));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return readUntil(consumer, consumer.endOffsets(partitions));
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> readUntil(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        // By position, since aborted records and markers of transactions have offsets as well.
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            polled.forEach(read::add);
            if (!polled.isEmpty()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Kafka has sent no record for " + PATIENCE.toSeconds()
                        + " seconds, although the topic has more of them. Is the broker running?");
            }
        }
        // Records that arrive meanwhile would depend on the timing.
        read.removeIf(next ->
                next.offset() >= Objects.requireNonNull(ends.get(new TopicPartition(next.topic(), next.partition()))));
        read.sort(Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
                .thenComparingLong(ConsumerRecord::offset));
        return List.copyOf(read);
    }

    private static List<TopicPartition> partitions(String bootstrapServers, String topic) {
        int count = KafkaAdmin.partitions(bootstrapServers, topic);
        List<TopicPartition> partitions = new ArrayList<>();
        for (int partition = 0; partition < count; partition++) {
            partitions.add(new TopicPartition(topic, partition));
        }
        return partitions;
    }

    /**
     * The same record with key and value as text.
     *
     * @throws IllegalStateException if one of them is not valid UTF-8
     */
    static ConsumerRecord<@Nullable String, @Nullable String> asText(ConsumerRecord<byte[], byte[]> bytes) {
        return new ConsumerRecord<>(
                bytes.topic(),
                bytes.partition(),
                bytes.offset(),
                bytes.timestamp(),
                bytes.timestampType(),
                bytes.serializedKeySize(),
                bytes.serializedValueSize(),
                decoded("key", bytes, bytes.key()),
                decoded("value", bytes, bytes.value()),
                bytes.headers(),
                bytes.leaderEpoch());
    }

    private static @Nullable String decoded(
            String part, ConsumerRecord<byte[], byte[]> whole, byte @Nullable [] content) {
        try {
            return content == null
                    ? null
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException(
                    "records(\"" + whole.topic() + "\"): the " + part + " at offset " + whole.offset()
                            + " of partition " + whole.partition() + " is not UTF-8. Call recordsAsBytes instead.",
                    e);
        }
    }

    /**
     * A record without a key.
     *
     * @throws IllegalArgumentException if the value is not valid UTF-16, so that it has no bytes in UTF-8
     */
    static ProducerRecord<byte[], byte[]> record(String topic, String value) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return new ProducerRecord<>(topic, bytes);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "send(\"" + topic + "\", ...): a value has half of a surrogate pair, which UTF-8 cannot hold. Send"
                            + " its bytes in a ProducerRecord.",
                    e);
        }
    }

    private static void awaitAcknowledged(Future<?> sent) {
        try {
            sent.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Kafka", e);
        } catch (ExecutionException e) {
            Throwable reason = Objects.requireNonNullElse(e.getCause(), e);
            throw new IllegalStateException("Kafka refused a record: " + reason.getMessage(), reason);
        }
    }
}
