package io.millrace.core.internal.kafka;

import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where reading starts or ends, as the options of Spark's Kafka source say it.
 *
 * @param since milliseconds since 1970, for {@link Kind#SINCE} alone
 * @param partitions offsets, or milliseconds since 1970, for each partition of each topic
 * @param elseLatest whether a partition without a record as late as the instant is read from its end
 */
public record KafkaOffsets(
        Kind kind, long since, NavigableMap<String, NavigableMap<Integer, Long>> partitions, boolean elseLatest) {
    /** The offset by which Spark names the end of a partition. */
    public static final long LATEST = -1;
    /** The offset by which Spark names the oldest record of a partition. */
    public static final long EARLIEST = -2;

    /** How the place is named. */
    public enum Kind {
        /** By the oldest record. */
        EARLIEST("places"),
        /** By the end. */
        LATEST("places"),
        /** By one instant for all partitions. */
        SINCE("an instant"),
        /** By an offset for each partition. */
        OFFSETS("offsets"),
        /** By an instant for each partition. */
        TIMESTAMPS("instants");

        private final String plural;

        Kind(String plural) {
            this.plural = plural;
        }

        /** The kind in words. */
        public String plural() {
            return plural;
        }
    }

    /** Copies nothing: {@code partitions} must not change any more. */
    public KafkaOffsets {
        partitions = Collections.unmodifiableNavigableMap(partitions);
    }

    /** A place without partitions. */
    public static KafkaOffsets of(Kind kind, long since) {
        return new KafkaOffsets(kind, since, new TreeMap<>(), false);
    }

    /** What {@link #options} says, read back; empty if nothing is said, or not in Spark's form. */
    public static Optional<KafkaOffsets> of(Map<String, String> options, String edge) {
        boolean elseLatest = "latest".equalsIgnoreCase(options.get(edge + "OffsetsByTimestampStrategy"));
        String since = options.get(edge + "Timestamp");
        if (since != null) {
            return since.matches("\\d{1,18}")
                    ? Optional.of(new KafkaOffsets(Kind.SINCE, Long.parseLong(since), new TreeMap<>(), elseLatest))
                    : Optional.empty();
        }
        String byTime = options.get(edge + "OffsetsByTimestamp");
        if (byTime != null) {
            return KafkaJson.parsed(byTime).map(named -> new KafkaOffsets(Kind.TIMESTAMPS, 0, named, elseLatest));
        }
        String text = options.getOrDefault(edge + "Offsets", "");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "earliest" -> Optional.of(of(Kind.EARLIEST, 0));
            case "latest" -> Optional.of(of(Kind.LATEST, 0));
            default -> KafkaJson.parsed(text).map(named -> new KafkaOffsets(Kind.OFFSETS, 0, named, false));
        };
    }

    /** The options of Spark's Kafka source for this place; {@code edge} is {@code starting} or {@code ending}. */
    public Map<String, String> options(String edge) {
        Map<String, String> options = new TreeMap<>();
        switch (kind) {
            case EARLIEST, LATEST, OFFSETS -> options.put(edge + "Offsets", toString());
            case SINCE -> options.put(edge + "Timestamp", Long.toString(since));
            case TIMESTAMPS -> options.put(edge + "OffsetsByTimestamp", toString());
        }
        // An end that no record reaches is the latest one anyway: the option means the start alone.
        if (elseLatest && edge.equals("starting")) {
            options.put("startingOffsetsByTimestampStrategy", "latest");
        }
        return options;
    }

    /** A copy with this value for one more partition. */
    public KafkaOffsets with(String topic, int partition, long value) {
        NavigableMap<String, NavigableMap<Integer, Long>> more = new TreeMap<>(partitions);
        NavigableMap<Integer, Long> ofTopic = new TreeMap<>(more.getOrDefault(topic, new TreeMap<>()));
        ofTopic.put(partition, value);
        more.put(topic, ofTopic);
        return new KafkaOffsets(kind, since, more, elseLatest);
    }

    /** A copy that reads partitions without a late enough record from their end. */
    public KafkaOffsets withElseLatest() {
        return new KafkaOffsets(kind, since, partitions, true);
    }

    /** Whether the place is an instant, for all partitions or for each. */
    public boolean isByTime() {
        return kind == Kind.SINCE || kind == Kind.TIMESTAMPS;
    }

    /** Whether any partition is to be read from or up to its end. */
    public boolean namesLatest() {
        return kind == Kind.LATEST || names(LATEST);
    }

    /** Whether any partition is to be read from or up to its oldest record. */
    public boolean namesEarliest() {
        return kind == Kind.EARLIEST || names(EARLIEST);
    }

    /** Whether nothing can lie between {@code start} and this, or this lies before it in one partition. */
    public boolean isBefore(KafkaOffsets start) {
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

    private boolean names(long place) {
        return kind == Kind.OFFSETS && partitions.values().stream().anyMatch(ofTopic -> ofTopic.containsValue(place));
    }
}
