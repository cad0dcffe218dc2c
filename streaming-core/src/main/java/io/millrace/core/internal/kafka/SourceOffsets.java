package io.millrace.core.internal.kafka;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of one of Spark's Kafka sources in the progress of a batch: those of the next records to read.
 *
 * @param selection what it reads, as {@link #selection(Map)} has it
 * @param end after the batch
 * @param latest the end of the partitions when Spark planned the batch
 */
public record SourceOffsets(
        String selection, long inputRows, Map<TopicPartition, Long> end, Map<TopicPartition, Long> latest) {
    // KafkaMicroBatchStream describes itself as KafkaV2[Subscribe[hits, orders]], a stream that ends adds its end.
    private static final Pattern KAFKA = Pattern.compile("KafkaV2\\[(\\w+)\\[(.*)]](?: until \\{.*)?", Pattern.DOTALL);

    /** Those of all Kafka sources of a query, in Spark's order. */
    public static List<SourceOffsets> of(StreamingQueryProgress batch) {
        return Arrays.stream(batch.sources()).flatMap(SourceOffsets::of).toList();
    }

    private static Stream<SourceOffsets> of(SourceProgress source) {
        Matcher kafka = KAFKA.matcher(source.description());
        return kafka.matches()
                ? Stream.of(new SourceOffsets(
                        selection(kafka.group(1), Stream.of(kafka.group(2).split(", "))),
                        source.numInputRows(),
                        offsets(source.endOffset()),
                        offsets(source.latestOffset())))
                : Stream.empty();
    }

    /** Removes the first of {@code sources} that reads {@code selection}. */
    public static Optional<SourceOffsets> take(List<SourceOffsets> sources, String selection) {
        Optional<SourceOffsets> first = sources.stream()
                .filter(source -> source.selection.equals(selection))
                .findFirst();
        first.ifPresent(sources::remove);
        return first;
    }

    /** What Spark's {@code options} select, in the form of Spark's own description, sorted. */
    public static String selection(Map<String, String> options) {
        if (options.containsKey("subscribePattern")) {
            return selection(
                    "SubscribePattern",
                    Stream.of(options.get("subscribePattern").split(", ")));
        }
        return options.containsKey("assign")
                ? selection(
                        "Assign",
                        KafkaOptions.assigned(options).entrySet().stream()
                                .flatMap(topic -> topic.getValue().keySet().stream()
                                        .map(partition -> topic.getKey() + "-" + partition)))
                : selection("Subscribe", KafkaOptions.topics(options).stream());
    }

    private static String selection(String strategy, Stream<String> names) {
        return strategy + names.sorted().collect(Collectors.joining(", ", "[", "]"));
    }

    private static Map<TopicPartition, Long> offsets(@Nullable String json) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Optional.ofNullable(json)
                .flatMap(KafkaJson::parsed)
                .ifPresent(topics -> topics.forEach((topic, partitions) -> partitions.forEach(
                        (partition, offset) -> offsets.put(new TopicPartition(topic, partition), offset))));
        return offsets;
    }
}
