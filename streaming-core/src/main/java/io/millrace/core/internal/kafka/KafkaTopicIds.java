package io.millrace.core.internal.kafka;

import io.millrace.core.internal.CheckpointFiles;
import io.millrace.core.internal.CheckpointState;
import io.millrace.core.internal.Finding;
import io.millrace.core.internal.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The ids of the topics that the offsets of a checkpoint belong to, recorded in {@code millrace/topics} of the
 * checkpoint. A topic that was deleted and created anew has another id, and its first records lie before those offsets.
 */
public final class KafkaTopicIds {
    private static final String VERSION = "v1";

    private final SparkSession spark;
    private final String location;
    private final Path file;
    private final Optional<CheckpointState> resumed;

    /** The ids that are recorded in the checkpoint at {@code location}. */
    public KafkaTopicIds(SparkSession spark, String location) {
        this.spark = spark;
        this.location = location;
        this.file = new Path(location, "millrace/topics");
        this.resumed = CheckpointState.of(spark, location);
    }

    /** Whether the checkpoint has planned no batch, so that the start of the source counts. */
    public boolean isOfANewQuery() {
        return resumed.isEmpty();
    }

    /** Each topic that the checkpoint has offsets of and whose id has changed. */
    public List<Finding> problems(Map<String, String> now) {
        Set<String> read = resumed.map(KafkaTopicIds::topics).orElse(Set.of());
        List<Finding> problems = new ArrayList<>();
        recorded().forEach((topic, id) -> {
            if (read.contains(topic) && !id.equals(now.getOrDefault(topic, id))) {
                problems.add(new Finding(
                        "topic",
                        topic,
                        "the checkpoint at " + Options.shown(location)
                                + " has offsets of another topic of this name, which was deleted"
                                + " and created anew, or is on other brokers: records before those offsets would be"
                                + " lost",
                        "Start with a new checkpoint, or accept the loss with failOnDataLoss(false)."));
            }
        });
        return problems;
    }

    /** Records the ids {@code now}, and keeps those of topics that do not exist any more. */
    public void write(Map<String, String> now) {
        NavigableMap<String, String> recorded = recorded();
        NavigableMap<String, String> all = new TreeMap<>(recorded);
        all.putAll(now);
        if (all.equals(recorded)) {
            return;
        }
        String lines = all.entrySet().stream()
                .map(topic -> topic.getKey() + " " + topic.getValue() + "\n")
                .collect(Collectors.joining());
        try {
            CheckpointFiles.write(spark, file, VERSION + "\n" + lines);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The ids of the topics cannot be written to " + Options.shown(file.toString()), e);
        }
    }

    private static Set<String> topics(CheckpointState resumed) {
        return resumed.offsets().stream()
                .flatMap(json -> KafkaJson.parsed(json).stream())
                .flatMap(partitions -> partitions.keySet().stream())
                .collect(Collectors.toSet());
    }

    private NavigableMap<String, String> recorded() {
        NavigableMap<String, String> ids = new TreeMap<>();
        text().filter(text -> text.startsWith(VERSION + "\n"))
                .ifPresent(text -> text.lines()
                        .skip(1)
                        .map(line -> line.split(" "))
                        .filter(line -> line.length == 2)
                        .forEach(line -> ids.put(line[0], line[1])));
        return ids;
    }

    private Optional<String> text() {
        try {
            return CheckpointFiles.read(spark, file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The ids of the topics cannot be read from " + Options.shown(file.toString()), e);
        }
    }
}
