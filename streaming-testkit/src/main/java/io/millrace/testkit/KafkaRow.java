package io.millrace.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record as Spark's Kafka source reads it. Immutable: every call returns a copy. By default it has no key, the
 * topic of the input's name, partition 0, the next offset of its partition, and midnight of the kit's day as its create
 * time.
 *
 * <pre>{@code KafkaRow.value("{\"zip\":\"9000\"}").key("9000").timestamp("00:05")}</pre>
 */
public final class KafkaRow {
    /** A header of the record. */
    record Header(String key, String value) {}

    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final @Nullable String topic;
    private final int partition;
    private final @Nullable Long offset;
    private final Instant timestamp;
    private final int timestampType;
    private final List<Header> headers;

    private KafkaRow(
            byte @Nullable [] key,
            byte @Nullable [] value,
            @Nullable String topic,
            int partition,
            @Nullable Long offset,
            Instant timestamp,
            int timestampType,
            List<Header> headers) {
        this.key = key;
        this.value = value;
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.timestamp = timestamp;
        this.timestampType = timestampType;
        this.headers = List.copyOf(headers);
    }

    /** A record with {@code value} in UTF-8; null for a tombstone. */
    public static KafkaRow value(@Nullable String value) {
        return bytes(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    /** A record with these bytes as its value; null for a tombstone. */
    public static KafkaRow bytes(byte @Nullable [] value) {
        return new KafkaRow(null, value, null, 0, null, Times.parse("00:00"), 0, List.of());
    }

    /** The key, in UTF-8. */
    public KafkaRow key(String key) {
        return key(key.getBytes(StandardCharsets.UTF_8));
    }

    /** The key. */
    public KafkaRow key(byte[] key) {
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, headers);
    }

    /** The topic. By default the name of the input. */
    public KafkaRow topic(String topic) {
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, headers);
    }

    /** The value of the column {@code partition}. It does not change the partitions in which Spark reads. */
    public KafkaRow partition(int partition) {
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, headers);
    }

    /** The offset. By default the next one of its partition. */
    public KafkaRow offset(long offset) {
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, headers);
    }

    /** The record's timestamp, such as {@code "00:05"}. */
    public KafkaRow timestamp(String time) {
        return timestamp(Times.parse(time));
    }

    /** The record's timestamp. */
    public KafkaRow timestamp(Instant timestamp) {
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, headers);
    }

    /** Marks the timestamp as the time when the broker appended the record: {@code timestampType} 1. */
    public KafkaRow logAppendTime() {
        return new KafkaRow(key, value, topic, partition, offset, timestamp, 1, headers);
    }

    /** Adds a header, for an input of {@link StreamKit#kafkaWithHeaders}. */
    public KafkaRow header(String headerKey, String headerValue) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(headerKey, headerValue));
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, more);
    }

    byte @Nullable [] key() {
        return key;
    }

    byte @Nullable [] value() {
        return value;
    }

    String topicOr(String inputName) {
        return topic == null ? inputName : topic;
    }

    int partition() {
        return partition;
    }

    @Nullable Long offset() {
        return offset;
    }

    Instant timestamp() {
        return timestamp;
    }

    int timestampType() {
        return timestampType;
    }

    List<Header> headers() {
        return headers;
    }
}
