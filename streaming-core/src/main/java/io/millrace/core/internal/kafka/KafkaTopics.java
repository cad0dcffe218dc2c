package io.millrace.core.internal.kafka;

import io.millrace.core.internal.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** The topics that a source reads, as the brokers have them, to check the partitions and offsets that it names. */
public final class KafkaTopics {
    private static final int SHOWN = 10;

    private final Admin admin;
    private final Map<String, String> options;
    private final NavigableMap<String, TopicDescription> topics;

    private KafkaTopics(Admin admin, Map<String, String> options, NavigableMap<String, TopicDescription> topics) {
        this.admin = admin;
        this.options = options;
        this.topics = topics;
    }

    /** The topics that {@code options} select now. */
    public static KafkaTopics of(Admin admin, Map<String, String> options)
            throws InterruptedException, ExecutionException {
        Collection<String> names = KafkaOptions.topics(options);
        String pattern = options.get("subscribePattern");
        if (pattern != null) {
            names = admin.listTopics().names().get().stream()
                    .filter(Pattern.compile(pattern).asMatchPredicate())
                    .toList();
        }
        return new KafkaTopics(
                admin,
                options,
                new TreeMap<>(admin.describeTopics(names).allTopicNames().get()));
    }

    /**
     * The id of each topic, which changes if it is deleted and created anew; brokers older than Kafka 2.8 have none.
     */
    public NavigableMap<String, String> ids() {
        NavigableMap<String, String> ids = new TreeMap<>();
        topics.forEach((name, topic) -> {
            if (!Uuid.ZERO_UUID.equals(topic.topicId())) {
                ids.put(name, topic.topicId().toString());
            }
        });
        return ids;
    }

    /** Named partitions that do not exist, which Spark skips silently. */
    public List<Finding> unknownPartitions() {
        List<Finding> problems = new ArrayList<>();
        KafkaOptions.assigned(options).forEach((topic, named) -> {
            int count = partitionsOf(topic);
            List<Integer> unknown = named.keySet().stream()
                    .filter(partition -> partition >= count)
                    .toList();
            if (!unknown.isEmpty()) {
                problems.add(new Finding(
                        "partitions",
                        topic + ", " + shown(unknown),
                        "the topic has " + count + (count == 1 ? " partition" : " partitions")
                                + ", and the first one is 0",
                        "Name partitions that exist."));
            }
        });
        return problems;
    }

    /** What is wrong with the offsets that {@code call} named; {@code edge} is {@code starting} or {@code ending}. */
    public List<Finding> problems(String edge, String call) throws InterruptedException, ExecutionException {
        Optional<KafkaOffsets> named = KafkaOffsets.of(options, edge);
        if (named.isEmpty()) {
            return List.of();
        }
        KafkaOffsets offsets = named.get();
        Optional<Finding> problem = switch (offsets.kind()) {
            case EARLIEST, LATEST -> Optional.empty();
            case SINCE -> edge.equals("starting") ? tooLate(offsets, call) : Optional.empty();
            case TIMESTAMPS -> {
                Optional<Finding> others = otherPartitions(offsets, call);
                yield others.isEmpty() && edge.equals("starting") ? tooLate(offsets, call) : others;
            }
            case OFFSETS -> {
                Optional<Finding> others = otherPartitions(offsets, call);
                yield others.isEmpty() ? outOfBounds(offsets, edge, call) : others;
            }
        };
        return problem.stream().toList();
    }

    /** The offset of the first record at or after {@code end} of each partition that is read; its end if none is. */
    public NavigableMap<String, NavigableMap<Integer, Long>> resolved(KafkaOffsets end)
            throws InterruptedException, ExecutionException {
        List<TopicPartition> read = partitions();
        Map<TopicPartition, Long> latest = offsets(read, partition -> OffsetSpec.latest());
        Map<TopicPartition, Long> found = offsets(read, partition -> spec(end, partition));
        NavigableMap<String, NavigableMap<Integer, Long>> resolved = new TreeMap<>();
        for (TopicPartition one : read) {
            long named = end.kind() == KafkaOffsets.Kind.OFFSETS ? value(end, one) : KafkaOffsets.LATEST;
            long offset = named >= 0 ? named : found.getOrDefault(one, -1L);
            resolved.computeIfAbsent(one.topic(), none -> new TreeMap<>())
                    .put(one.partition(), offset >= 0 ? offset : latest.getOrDefault(one, 0L));
        }
        return resolved;
    }

    private static OffsetSpec spec(KafkaOffsets end, TopicPartition partition) {
        return switch (end.kind()) {
            case EARLIEST -> OffsetSpec.earliest();
            case LATEST -> OffsetSpec.latest();
            case OFFSETS ->
                value(end, partition) == KafkaOffsets.EARLIEST ? OffsetSpec.earliest() : OffsetSpec.latest();
            case SINCE, TIMESTAMPS -> OffsetSpec.forTimestamp(instant(end, partition));
        };
    }

    /** Spark requires exactly the partitions that it reads to be named. */
    private Optional<Finding> otherPartitions(KafkaOffsets offsets, String call) {
        List<TopicPartition> read = partitions();
        List<TopicPartition> named = flat(offsets.partitions());
        List<TopicPartition> missing =
                read.stream().filter(one -> !named.contains(one)).toList();
        List<TopicPartition> others =
                named.stream().filter(one -> !read.contains(one)).toList();
        if (missing.isEmpty() && others.isEmpty()) {
            return Optional.empty();
        }
        String reason = Stream.of(
                        missing.isEmpty() ? "" : "these partitions are read but not named: " + shown(missing),
                        others.isEmpty()
                                ? ""
                                : "these partitions are named but not read, or do not exist: " + shown(others))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
        return Optional.of(new Finding(
                call,
                offsets.toString(),
                reason,
                "Name every partition that is read, with and(...), andEarliest(...) or andLatest(...), and no other."));
    }

    /** Spark's query would fail on such a partition after its start. */
    private Optional<Finding> tooLate(KafkaOffsets offsets, String call)
            throws InterruptedException, ExecutionException {
        if (offsets.elseLatest()) {
            return Optional.empty();
        }
        Map<TopicPartition, Long> found =
                offsets(partitions(), partition -> OffsetSpec.forTimestamp(instant(offsets, partition)));
        List<TopicPartition> without = partitions().stream()
                .filter(one -> found.getOrDefault(one, -1L) < 0)
                .toList();
        return without.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        call,
                        offsets.toString(),
                        "no record is as young as " + Instant.ofEpochMilli(instant(offsets, without.get(0))) + " in "
                                + shown(without),
                        "Add elseLatest() to start at the end of such a partition, or name an earlier instant."));
    }

    private static long instant(KafkaOffsets offsets, TopicPartition partition) {
        return offsets.kind() == KafkaOffsets.Kind.SINCE ? offsets.since() : value(offsets, partition);
    }

    /** Spark would silently start elsewhere, or fail after its start. */
    private Optional<Finding> outOfBounds(KafkaOffsets offsets, String edge, String call)
            throws InterruptedException, ExecutionException {
        List<TopicPartition> numbered =
                partitions().stream().filter(one -> value(offsets, one) >= 0).toList();
        Map<TopicPartition, Long> first = offsets(numbered, partition -> OffsetSpec.earliest());
        Map<TopicPartition, Long> end = offsets(numbered, partition -> OffsetSpec.latest());
        boolean mayBeGone = edge.equals("starting") && !KafkaOptions.failsOnDataLoss(options);
        for (TopicPartition one : numbered) {
            long value = value(offsets, one);
            long from = first.getOrDefault(one, 0L);
            long to = end.getOrDefault(one, Long.MAX_VALUE);
            if (value > to || (value < from && !mayBeGone)) {
                return Optional.of(new Finding(
                        call,
                        offsets.toString(),
                        one + " has offsets from " + from + " to " + to + ", and " + value + " is not among them",
                        "Name one of these, or use andEarliest(...) or andLatest(...)."));
            }
        }
        return Optional.empty();
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> of, Function<TopicPartition, OffsetSpec> spec)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, Long> offsets = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        admin.listOffsets(of.stream().collect(Collectors.toMap(one -> one, spec)))
                .all()
                .get()
                .forEach((one, found) -> offsets.put(one, found.offset()));
        return offsets;
    }

    /** The partitions that are read. */
    public List<TopicPartition> partitions() {
        NavigableMap<String, NavigableMap<Integer, Long>> assigned = KafkaOptions.assigned(options);
        return assigned.isEmpty()
                ? topics.keySet().stream()
                        .flatMap(topic -> IntStream.range(0, partitionsOf(topic))
                                .mapToObj(partition -> new TopicPartition(topic, partition)))
                        .toList()
                : flat(assigned);
    }

    private int partitionsOf(String topic) {
        TopicDescription found = topics.get(topic);
        return found == null ? 0 : found.partitions().size();
    }

    /** The offset of a partition; the earliest if it is not named. */
    private static long value(KafkaOffsets offsets, TopicPartition partition) {
        return offsets.partitions()
                .getOrDefault(partition.topic(), new TreeMap<>())
                .getOrDefault(partition.partition(), KafkaOffsets.EARLIEST);
    }

    private static List<TopicPartition> flat(NavigableMap<String, NavigableMap<Integer, Long>> partitions) {
        return partitions.entrySet().stream()
                .flatMap(topic -> topic.getValue().keySet().stream()
                        .map(partition -> new TopicPartition(topic.getKey(), partition)))
                .toList();
    }

    private static String shown(List<?> many) {
        String first = many.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
        return many.size() <= SHOWN ? first : first + " and " + (many.size() - SHOWN) + " more";
    }
}
