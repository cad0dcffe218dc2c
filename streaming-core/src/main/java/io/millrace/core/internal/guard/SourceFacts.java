package io.millrace.core.internal.guard;

import io.millrace.core.internal.Options;
import io.millrace.core.internal.kafka.KafkaJson;
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.execution.datasources.DataSource;

/**
 * What a source of a plan reads.
 *
 * @param kind as Spark names it
 * @param options those of its reader
 */
record SourceFacts(String kind, Map<String, String> options) {
    private static final List<String> SELECTIONS = List.of("subscribe", "subscribePattern", "assign", "path");

    static SourceFacts of(LogicalPlan leaf) {
        if (leaf instanceof StreamingRelationV2 source) {
            return new SourceFacts(source.sourceName(), caseless(source.extraOptions()));
        }
        Optional<DataSource> files = SparkLine.sourceOf(leaf);
        return new SourceFacts(
                files.map(DataSource::className).orElseGet(leaf::nodeName),
                files.map(source -> caseless(ScalaCollections.map(source.options())))
                        .orElse(Map.of()));
    }

    private static Map<String, String> caseless(Map<String, String> options) {
        Map<String, String> caseless = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        caseless.putAll(options);
        return caseless;
    }

    /** Its kind, and its topics or its directory. */
    String words() {
        return kind
                + SELECTIONS.stream()
                        .filter(options::containsKey)
                        .map(key -> " " + shown(key, options.get(key)))
                        .collect(Collectors.joining());
    }

    private static String shown(String key, String value) {
        if (!key.equals("path")) {
            return value;
        }
        Path path = new Path(value);
        // The same directory in another way of writing, as Spark reads it.
        boolean isLocal = path.isAbsolute() && (path.toUri().getScheme() == null);
        return Options.shown((isLocal ? "file:" + path : path.toString()).replaceAll("^file:/+", "file:/"));
    }

    /** The partitions among those that the checkpoint has {@code offset} of which it does not read any more. */
    List<String> dropped(String offset) {
        return KafkaJson.parsed(offset).stream()
                .flatMap(topics -> topics.entrySet().stream())
                .flatMap(topic -> topic.getValue().keySet().stream()
                        .filter(partition -> !reads(topic.getKey(), partition))
                        .map(partition -> topic.getKey() + "-" + partition))
                .toList();
    }

    boolean isKafka() {
        return kind.equals("kafka");
    }

    /** Whether Spark refuses to go on without partitions that the checkpoint has offsets of. */
    boolean failsOnDataLoss() {
        return Boolean.parseBoolean(options.getOrDefault("failOnDataLoss", "true"));
    }

    private boolean reads(String topic, int partition) {
        String names = options.get("subscribe");
        if (names != null) {
            return Arrays.stream(names.split(",")).map(String::trim).anyMatch(topic::equals);
        }
        String pattern = options.get("subscribePattern");
        if (pattern != null) {
            return Pattern.matches(pattern, topic);
        }
        return KafkaJson.parsed(options.getOrDefault("assign", ""))
                .map(topics -> topics.getOrDefault(topic, new TreeMap<>()).containsKey(partition))
                .orElse(true);
    }
}
