package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.kafka.KafkaOffsets;
import io.millrace.core.internal.kafka.KafkaOffsets.Kind;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where reading a Kafka topic starts or ends. Immutable.
 *
 * <pre>{@code
 * hits.startingFrom(Offsets.earliest());
 * hits.startingFrom(Offsets.since(Instant.parse("2026-01-01T00:00:00Z")));
 * hits.startingFrom(Offsets.of("hits", 0, 1_500).and("hits", 1, 1_480));
 * }</pre>
 */
public final class Offsets {
    private final KafkaOffsets place;

    private Offsets(KafkaOffsets place) {
        this.place = place;
    }

    /** The oldest records that Kafka still has. */
    public static Offsets earliest() {
        return new Offsets(KafkaOffsets.of(Kind.EARLIEST, 0));
    }

    /** The end of every partition at the time when the query first starts. */
    public static Offsets latest() {
        return new Offsets(KafkaOffsets.of(Kind.LATEST, 0));
    }

    /**
     * The first record of each partition whose timestamp is {@code instant} or later. A partition without one is an
     * error as a start, unless {@link #elseLatest} follows.
     */
    public static Offsets since(Instant instant) {
        notNull("since(instant)", instant);
        return new Offsets(KafkaOffsets.of(Kind.SINCE, instant.toEpochMilli()));
    }

    /** The record at {@code offset}; every partition that is read must be named, more of them with {@code and}. */
    public static Offsets of(String topic, int partition, long offset) {
        notNull("of(topic, partition, offset)", topic, partition, offset);
        return new Offsets(KafkaOffsets.of(Kind.OFFSETS, 0)).with(topic, partition, atLeastZero(offset));
    }

    /** The first record of this partition at {@code instant} or later; every partition that is read must be named. */
    public static Offsets of(String topic, int partition, Instant instant) {
        notNull("of(topic, partition, instant)", topic, partition, instant);
        return new Offsets(KafkaOffsets.of(Kind.TIMESTAMPS, 0)).with(topic, partition, instant.toEpochMilli());
    }

    /** The same for another partition. */
    public Offsets and(String topic, int partition, long offset) {
        notNull("and(topic, partition, offset)", topic, partition, offset);
        return in(Kind.OFFSETS).with(topic, partition, atLeastZero(offset));
    }

    /** The same for another partition. */
    public Offsets and(String topic, int partition, Instant instant) {
        notNull("and(topic, partition, instant)", topic, partition, instant);
        return in(Kind.TIMESTAMPS).with(topic, partition, instant.toEpochMilli());
    }

    /** The oldest record of another partition. */
    public Offsets andEarliest(String topic, int partition) {
        notNull("andEarliest(topic, partition)", topic, partition);
        return in(Kind.OFFSETS).with(topic, partition, KafkaOffsets.EARLIEST);
    }

    /** The end of another partition. */
    public Offsets andLatest(String topic, int partition) {
        notNull("andLatest(topic, partition)", topic, partition);
        return in(Kind.OFFSETS).with(topic, partition, KafkaOffsets.LATEST);
    }

    /** Starts at the end of a partition that has no record at the instant or later, for which Spark would fail. */
    public Offsets elseLatest() {
        if (!place.isByTime()) {
            throw new IllegalArgumentException(
                    "elseLatest(): " + this + " is not an instant. Use it after Offsets.since(...) or instants.");
        }
        return new Offsets(place.withElseLatest());
    }

    /** Whether {@code other} is the same place, named in the same way. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Offsets offsets && place.equals(offsets.place);
    }

    @Override
    public int hashCode() {
        return place.hashCode();
    }

    /** As Spark's option has it. */
    @Override
    public String toString() {
        return place + (place.elseLatest() ? ", else latest" : "");
    }

    KafkaOffsets place() {
        return place;
    }

    /** The options of Spark's Kafka source for this place; {@code edge} is {@code starting} or {@code ending}. */
    Map<String, String> options(String edge) {
        return place.options(edge);
    }

    private Offsets in(Kind wanted) {
        if (place.kind() != wanted) {
            throw new IllegalArgumentException("Offsets: cannot add " + wanted.plural() + " to " + this
                    + ". Start with Offsets.of(topic, partition, ...) and name all partitions by " + wanted.plural()
                    + ".");
        }
        return this;
    }

    private Offsets with(String topic, int partition, long value) {
        if (partition < 0) {
            throw new IllegalArgumentException(
                    "Offsets: partition " + partition + " of topic " + topic + " is negative; the first one is 0.");
        }
        return new Offsets(place.with(topic, partition, value));
    }

    private static long atLeastZero(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("Offsets: offset " + offset
                    + " is negative. Use andEarliest(topic, partition) or andLatest(topic, partition).");
        }
        return offset;
    }
}
