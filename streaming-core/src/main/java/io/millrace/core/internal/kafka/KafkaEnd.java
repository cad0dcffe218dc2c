package io.millrace.core.internal.kafka;

import io.millrace.core.internal.CheckpointFiles;
import io.millrace.core.internal.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The offsets at which a stream ends, found once, at the first start of a query, and kept in {@code millrace/ends} of
 * its checkpoint, a file for each source.
 */
public final class KafkaEnd {
    private static final String VERSION = "v1";
    private static final String DIRECTORY = "millrace/ends";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String named;
    private final NavigableMap<String, NavigableMap<Integer, Long>> offsets;

    private KafkaEnd(String named, NavigableMap<String, NavigableMap<Integer, Long>> offsets) {
        this.named = named;
        this.offsets = offsets;
    }

    /**
     * The end of the source that Spark gives {@code location}, {@code sources/0} of the checkpoint, and these options.
     */
    static KafkaEnd of(String location, Map<String, String> options) {
        Path ofSource = new Path(location);
        Path file = new Path(new Path(ofSource.getParent().getParent(), DIRECTORY), ofSource.getName());
        SparkSession spark = SparkSession.active();
        try {
            Optional<KafkaEnd> kept = read(spark, file);
            if (kept.isPresent()) {
                return kept.get();
            }
            KafkaEnd found = found(options);
            String lines = VERSION + "\n" + found.named + "\n" + KafkaJson.offsets(found.offsets) + "\n";
            CheckpointFiles.write(spark, file, lines);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end that the checkpoint at {@code location} keeps, as it was named, if {@code end} is not one of them. */
    public static Optional<String> otherThan(SparkSession spark, String location, KafkaOffsets end) {
        try {
            List<String> named = CheckpointFiles.in(spark, new Path(location, DIRECTORY)).stream()
                    .flatMap(file -> readOrFail(spark, file).stream())
                    .map(kept -> kept.named)
                    .toList();
            return named.contains(end.toString())
                    ? Optional.empty()
                    : named.stream().findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<KafkaEnd> readOrFail(SparkSession spark, Path file) {
        try {
            return read(spark, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<KafkaEnd> read(SparkSession spark, Path file) throws IOException {
        Optional<String> text = CheckpointFiles.read(spark, file);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = text.get().lines().toList();
        Optional<NavigableMap<String, NavigableMap<Integer, Long>>> offsets =
                lines.size() == 3 && lines.get(0).equals(VERSION) ? KafkaJson.parsed(lines.get(2)) : Optional.empty();
        return Optional.of(new KafkaEnd(
                lines.size() < 2 ? "" : lines.get(1),
                offsets.orElseThrow(() -> new IOException("not a file of ends of a version that is known"))));
    }

    private static KafkaEnd found(Map<String, String> options) {
        KafkaOffsets end = KafkaOffsets.of(options, "ending").orElseThrow();
        NavigableMap<String, NavigableMap<Integer, Long>> offsets = new TreeMap<>();
        List<Finding> problems = KafkaBrokers.of(options, PATIENCE).problemsOfReading(admin -> {
            offsets.putAll(KafkaTopics.of(admin, options).resolved(end));
            return List.of();
        });
        if (!problems.isEmpty()) {
            Finding first = problems.get(0);
            throw new IllegalStateException("The end of the stream cannot be found: " + first.field() + "("
                    + first.value() + "): " + first.reason() + ". " + first.hint());
        }
        return new KafkaEnd(end.toString(), offsets);
    }

    /**
     * Spark's JSON of {@code latest} offsets, none of which is beyond the end, or beyond {@code start} if that is
     * later. A partition that was added since the end was found has no record before it.
     */
    String cap(String start, String latest) {
        NavigableMap<String, NavigableMap<Integer, Long>> from =
                KafkaJson.parsed(start).orElseThrow();
        NavigableMap<String, NavigableMap<Integer, Long>> to =
                KafkaJson.parsed(latest).orElseThrow();
        to.forEach((topic, partitions) -> partitions.replaceAll((partition, offset) -> {
            long end = value(offsets, topic, partition);
            return Math.min(offset, Math.max(end, value(from, topic, partition)));
        }));
        return KafkaJson.offsets(to);
    }

    private static long value(
            NavigableMap<String, NavigableMap<Integer, Long>> offsets, String topic, Integer partition) {
        return offsets.getOrDefault(topic, new TreeMap<>()).getOrDefault(partition, 0L);
    }

    @Override
    public String toString() {
        return KafkaJson.offsets(offsets);
    }
}
