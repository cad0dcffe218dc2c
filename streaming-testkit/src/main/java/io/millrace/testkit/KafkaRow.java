package io.millrace.testkit;

import io.millrace.core.internal.Arguments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
        return bytes(value == null ? null : Texts.utf8("value", value));
    }

    /** A record with these bytes as its value; null for a tombstone. */
    public static KafkaRow bytes(byte @Nullable [] value) {
        return new KafkaRow(null, value, null, 0, null, Times.parse("00:00"), 0, List.of());
    }

    /** The key, in UTF-8. */
    public KafkaRow key(String key) {
        return key(Texts.utf8("key", Arguments.required("key", "key", key)));
    }

    /** The key. */
    public KafkaRow key(byte[] key) {
        Arguments.required("key", "key", key);
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, headers);
    }

    /** The topic. By default the name of the input. */
    public KafkaRow topic(String topic) {
        Arguments.required("topic", "topic", topic);
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
        return timestamp(Times.parse(Arguments.required("timestamp", "time", time)));
    }

    /** The record's timestamp. */
    public KafkaRow timestamp(Instant timestamp) {
        Arguments.required("timestamp", "timestamp", timestamp);
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, headers);
    }

    /** Marks the timestamp as the time when the broker appended the record: {@code timestampType} 1. */
    public KafkaRow logAppendTime() {
        return new KafkaRow(key, value, topic, partition, offset, timestamp, 1, headers);
    }

    /** Adds a header, for an input of {@link StreamKit#kafkaWithHeaders}. */
    public KafkaRow header(String headerKey, String headerValue) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(
                Arguments.required("header", "headerKey", headerKey),
                Arguments.required("header", "headerValue", headerValue)));
        Texts.utf8("header", headerValue);
        return new KafkaRow(key, value, topic, partition, offset, timestamp, timestampType, more);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KafkaRow row
                && Arrays.equals(key, row.key)
                && Arrays.equals(value, row.value)
                && settings().equals(row.settings());
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(key), Arrays.hashCode(value), settings());
    }

    /** Key, value and what was set besides. */
    @Override
    public String toString() {
        return "KafkaRow(key " + RowText.value(key) + ", value " + RowText.value(value)
                + (topic == null ? "" : ", topic " + topic) + ", partition " + partition
                + (offset == null ? "" : ", offset " + offset) + ", timestamp " + Times.text(timestamp)
                + (headers.isEmpty() ? "" : ", headers " + headers) + ")";
    }

    private List<@Nullable Object> settings() {
        return Arrays.asList(topic, partition, offset, timestamp, timestampType, headers);
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
