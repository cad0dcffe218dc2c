package io.millrace.core;

import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

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
    static final long LATEST = -1;
    static final long EARLIEST = -2;

    final Kind kind;
    /** Milliseconds since 1970, for {@link Kind#SINCE} alone. */
    final long since;
    /** Offsets, or milliseconds since 1970, for each partition of each topic. */
    final NavigableMap<String, NavigableMap<Integer, Long>> partitions;

    private final boolean elseLatest;

    private Offsets(
            Kind kind, long since, NavigableMap<String, NavigableMap<Integer, Long>> partitions, boolean elseLatest) {
        this.kind = kind;
        this.elseLatest = elseLatest;
        this.since = since;
        this.partitions = Collections.unmodifiableNavigableMap(partitions);
    }

    /** The oldest records that Kafka still has. */
    public static Offsets earliest() {
        return new Offsets(Kind.EARLIEST, 0, new TreeMap<>(), false);
    }

    /** The end of every partition at the time that the query first starts. */
    public static Offsets latest() {
        return new Offsets(Kind.LATEST, 0, new TreeMap<>(), false);
    }

    /** The first record of each partition whose timestamp is {@code instant} or later; none is an error. */
    public static Offsets since(Instant instant) {
        return new Offsets(Kind.SINCE, instant.toEpochMilli(), new TreeMap<>(), false);
    }

    /** The record at {@code offset}; every partition that is read must be named, more of them with {@code and}. */
    public static Offsets of(String topic, int partition, long offset) {
        return new Offsets(Kind.OFFSETS, 0, new TreeMap<>(), false).with(topic, partition, atLeastZero(offset));
    }

    /** The first record of this partition at {@code instant} or later; every partition that is read must be named. */
    public static Offsets of(String topic, int partition, Instant instant) {
        return new Offsets(Kind.TIMESTAMPS, 0, new TreeMap<>(), false).with(topic, partition, instant.toEpochMilli());
    }

    /** The same for another partition. */
    public Offsets and(String topic, int partition, long offset) {
        return in(Kind.OFFSETS).with(topic, partition, atLeastZero(offset));
    }

    /** The same for another partition. */
    public Offsets and(String topic, int partition, Instant instant) {
        return in(Kind.TIMESTAMPS).with(topic, partition, instant.toEpochMilli());
    }

    /** The oldest record of another partition. */
    public Offsets andEarliest(String topic, int partition) {
        return in(Kind.OFFSETS).with(topic, partition, EARLIEST);
    }

    /** The end of another partition. */
    public Offsets andLatest(String topic, int partition) {
        return in(Kind.OFFSETS).with(topic, partition, LATEST);
    }

    /** Starts at the end of a partition that has no record as young as the instant asked for, where Spark would fail. */
    public Offsets elseLatest() {
        if (kind != Kind.SINCE && kind != Kind.TIMESTAMPS) {
            throw new IllegalArgumentException(
                    "elseLatest(): " + this + " is no instant. Use it behind Offsets.since(...) or instants.");
        }
        return new Offsets(kind, since, partitions, true);
    }

    /** As Spark's option has it. */
    @Override
    public String toString() {
        return switch (kind) {
            case EARLIEST -> "earliest";
            case LATEST -> "latest";
            case SINCE -> "since " + Instant.ofEpochMilli(since);
            case OFFSETS, TIMESTAMPS -> KafkaJson.offsets(partitions);
        };
    }

    /** The options of Spark's that say this, where {@code edge} is {@code starting} or {@code ending}. */
    Map<String, String> options(String edge) {
        Map<String, String> options = new TreeMap<>();
        switch (kind) {
            case EARLIEST, LATEST, OFFSETS -> options.put(edge + "Offsets", toString());
            case SINCE -> options.put(edge + "Timestamp", Long.toString(since));
            case TIMESTAMPS -> options.put(edge + "OffsetsByTimestamp", toString());
        }
        // An end that no record reaches is the latest one anyway; the option means the start alone.
        if (elseLatest && edge.equals("starting")) {
            options.put("startingOffsetsByTimestampStrategy", "latest");
        }
        return options;
    }

    /** What {@link #options} says, read back; empty if nothing is said, or not in Spark's form. */
    static Optional<Offsets> of(Map<String, String> options, String edge) {
        boolean elseLatest = "latest".equalsIgnoreCase(options.get(edge + "OffsetsByTimestampStrategy"));
        String since = options.get(edge + "Timestamp");
        if (since != null) {
            return since.matches("\\d{1,18}")
                    ? Optional.of(new Offsets(Kind.SINCE, Long.parseLong(since), new TreeMap<>(), elseLatest))
                    : Optional.empty();
        }
        String byTime = options.get(edge + "OffsetsByTimestamp");
        if (byTime != null) {
            return KafkaJson.parsed(byTime).map(named -> new Offsets(Kind.TIMESTAMPS, 0, named, elseLatest));
        }
        String text = options.getOrDefault(edge + "Offsets", "");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "earliest" -> Optional.of(earliest());
            case "latest" -> Optional.of(latest());
            default -> KafkaJson.parsed(text).map(named -> new Offsets(Kind.OFFSETS, 0, named, false));
        };
    }

    /** Whether a partition without a record as young as the instant asked for is read from its end. */
    boolean isElseLatest() {
        return elseLatest;
    }

    boolean namesLatest() {
        return kind == Kind.LATEST || names(LATEST);
    }

    boolean namesEarliest() {
        return kind == Kind.EARLIEST || names(EARLIEST);
    }

    private boolean names(long place) {
        return kind == Kind.OFFSETS && partitions.values().stream().anyMatch(ofTopic -> ofTopic.containsValue(place));
    }

    /** Whether nothing can lie between {@code start} and this, or in one partition this lies before it. */
    boolean isBefore(Offsets start) {
        if (kind != start.kind) {
            return false;
        }
        return kind == Kind.SINCE
                ? since <= start.since
                : partitions.entrySet().stream()
                        .anyMatch(topic -> topic.getValue().entrySet().stream()
                                .anyMatch(partition -> partition.getValue() >= 0
                                        && partition.getValue()
                                                < start.partitions
                                                        .getOrDefault(topic.getKey(), new TreeMap<>())
                                                        .getOrDefault(partition.getKey(), 0L)));
    }

    private Offsets in(Kind wanted) {
        if (kind != wanted) {
            throw new IllegalArgumentException("Offsets: cannot add " + wanted.plural + " to " + this
                    + ". Start with Offsets.of(topic, partition, ...) and name all partitions by " + wanted.plural
                    + ".");
        }
        return this;
    }

    private Offsets with(String topic, int partition, long value) {
        if (partition < 0) {
            throw new IllegalArgumentException(
                    "Offsets: partition " + partition + " of topic " + topic + " is negative; the first one is 0.");
        }
        NavigableMap<String, NavigableMap<Integer, Long>> more = new TreeMap<>(partitions);
        NavigableMap<Integer, Long> ofTopic = new TreeMap<>(more.getOrDefault(topic, new TreeMap<>()));
        ofTopic.put(partition, value);
        more.put(topic, ofTopic);
        return new Offsets(kind, since, more, elseLatest);
    }

    private static long atLeastZero(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("Offsets: offset " + offset
                    + " is negative. Use andEarliest(topic, partition) or andLatest(topic, partition).");
        }
        return offset;
    }

    enum Kind {
        EARLIEST("places"),
        LATEST("places"),
        SINCE("an instant"),
        OFFSETS("offsets"),
        TIMESTAMPS("instants");

        private final String plural;

        Kind(String plural) {
            this.plural = plural;
        }
    }
}
