package io.millrace.samples.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Computes the expected counts without Spark, from the topic read by a plain consumer. In the order in which the hits
 * were sent, a hit counts in a window unless the window ended ten minutes or more before the greatest time seen so far.
 */
final class TopicCounter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long WATERMARK = HitGenerator.WATERMARK.toSeconds();
    private static final long ABSENT = Long.MIN_VALUE;

    // Indexed by the ID of the hit, since the consumer does not see the order of sending across partitions.
    private final long[] times;
    private final String[] zips;
    private final Map<String, String> known = new HashMap<>();
    private final Map<Bucket, Long> counts = new HashMap<>();
    private long records;
    private long malformed;
    private long outOfOrder;
    private long tooLate;

    private TopicCounter(int events) {
        times = new long[events];
        zips = new String[events];
        Arrays.fill(times, ABSENT);
    }

    /** Reads {@code topic}, to which {@code events} records were sent. */
    static ExpectedCounts of(String bootstrapServers, String topic, int events) {
        TopicCounter counter = new TopicCounter(events);
        counter.read(bootstrapServers, topic);
        counter.count();
        return new ExpectedCounts(
                counter.counts, counter.records, counter.outOfOrder, counter.tooLate, counter.malformed);
    }

    private void read(String bootstrapServers, String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofSeconds(1))) {
                    add(message.value());
                }
            }
        }
    }

    private void add(String payload) {
        records++;
        try {
            JsonNode hit = JSON.readTree(payload);
            int id = hit.required("id").intValue();
            if (times[id] != ABSENT) {
                throw new IllegalStateException("hit " + id + " is in the topic twice");
            }
            String zip = hit.required("zip").textValue();
            times[id] = Instant.parse(hit.required("hittime").textValue()).getEpochSecond();
            zips[id] = known.computeIfAbsent(zip, same -> same);
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeParseException e) {
            malformed++;
        }
    }

    private void count() {
        long greatest = ABSENT;
        for (int id = 0; id < times.length; id++) {
            if (times[id] != ABSENT) {
                count(id, greatest);
                greatest = Math.max(greatest, times[id]);
            }
        }
    }

    private void count(int id, long greatest) {
        int open = 0;
        for (long window : ExpectedCounts.windowsOf(times[id])) {
            if (greatest == ABSENT || ExpectedCounts.endOf(window) > greatest - WATERMARK) {
                counts.merge(ExpectedCounts.bucket(window, zips[id]), 1L, Long::sum);
                open++;
            }
        }
        if (open == 1) {
            throw new IllegalStateException(
                    "hit " + id + " is too late for one of its windows only: whether Spark counts it depends on the"
                            + " boundaries of micro-batches, so the expected counts are undefined");
        }
        if (open == 0) {
            tooLate++;
        } else if (times[id] < greatest) {
            outOfOrder++;
        }
    }
}
