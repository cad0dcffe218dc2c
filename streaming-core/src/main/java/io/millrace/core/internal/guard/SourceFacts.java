package io.millrace.core.internal.guard;

import io.millrace.core.internal.Options;
import io.millrace.core.internal.SparkFormats;
import io.millrace.core.internal.TableStream;
import io.millrace.core.internal.kafka.KafkaJson;
import io.millrace.core.internal.kafka.KafkaRange;
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
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
    private static final String FILES = "files";
    private static final String KAFKA = "kafka";
    private static final List<String> SELECTIONS = List.of("subscribe", "subscribePattern", "assign", "path");

    static SourceFacts of(LogicalPlan leaf, Configuration files) {
        if (leaf instanceof StreamingRelationV2 source) {
            // One that ends has the offsets of any other.
            String name = source.sourceName().equals(KafkaRange.class.getName()) ? KAFKA : source.sourceName();
            return TableStream.isOne(name)
                    ? ofTable(source.table().name())
                    : new SourceFacts(name, caseless(source.extraOptions()));
        }
        Optional<DataSource> source = SparkLine.sourceOf(leaf);
        Map<String, String> options = caseless(
                source.map(DataSource::options).map(ScalaCollections::map).orElse(Map.of()));
        String format = source.map(DataSource::className).orElseGet(leaf::nodeName);
        // Spark's file source keeps the same offsets for all formats.
        String kind = SparkFormats.isFiles(format) ? FILES : format;
        options.computeIfPresent("path", (key, path) -> qualified(path, files));
        return new SourceFacts(kind, options);
    }

    /** The first word is the kind, and the others say what is read. */
    private static SourceFacts ofTable(String name) {
        String[] parts = name.split(" ", 2);
        return new SourceFacts(parts[0], parts.length == 1 ? Map.of() : Map.of("path", parts[1]));
    }

    /** The same directory in another way of writing is the same. */
    private static String qualified(String path, Configuration files) {
        try {
            Path parsed = new Path(path);
            return parsed.getFileSystem(files).makeQualified(parsed).toString();
        } catch (IOException | RuntimeException e) {
            return path; // Reading it will say what is wrong.
        }
    }

    private static Map<String, String> caseless(Map<String, String> options) {
        Map<String, String> caseless = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        caseless.putAll(options);
        return caseless;
    }

    /** Its kind, and its topics or its directory. */
    String words() {
        StringBuilder words = new StringBuilder(kind);
        for (String key : SELECTIONS) {
            String value = options.get(key);
            if (value != null) {
                words.append(' ').append(Options.shown(value));
            }
        }
        return words.toString();
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

    boolean isOfFiles() {
        return kind.equals(FILES);
    }

    boolean isKafka() {
        return kind.equals(KAFKA);
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
