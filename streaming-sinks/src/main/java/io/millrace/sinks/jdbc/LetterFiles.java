package io.millrace.sinks.jdbc;

import io.millrace.core.internal.CheckpointFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The letters of each batch that are not removed yet, in {@code millrace/letters} of the checkpoint: a directory for
 * each source, in it a file for each offset. So a batch that comes again has the same letters, whatever has come since,
 * and exactly those that it had are removed.
 */
final class LetterFiles {
    private static final String VERSION = "v1";

    private final SparkSession spark;
    private final Path checkpoint;
    private final Path directory;
    private final LetterTable letters;

    /** The files of the source that Spark gives {@code location}, {@code sources/0} of the checkpoint. */
    LetterFiles(SparkSession spark, String location, LetterTable letters) {
        Path ofSource = new Path(location);
        this.spark = spark;
        this.checkpoint = ofSource.getParent().getParent();
        this.directory = new Path(new Path(checkpoint, "millrace/letters"), ofSource.getName());
        this.letters = letters;
    }

    /** Whether Spark has committed all batches that it has planned. */
    boolean isAllCommitted() {
        return attempt(() -> CheckpointFiles.latestBatch(spark, new Path(checkpoint, "offsets"))
                .equals(CheckpointFiles.latestBatch(spark, new Path(checkpoint, "commits"))));
    }

    /** The offsets that have a file, in their order. */
    List<Long> offsets() {
        return attempt(() -> CheckpointFiles.names(spark, directory).stream()
                .filter(name -> name.matches("\\d{1,18}"))
                .map(Long::valueOf)
                .sorted()
                .toList());
    }

    /** The letters up to the offset and after the one before it; none if they have been removed. */
    List<LetterKey> read(long offset) {
        Optional<String> text = attempt(() -> CheckpointFiles.read(spark, file(offset)));
        return text.map(this::parsed).orElse(List.of());
    }

    void write(long offset, List<LetterKey> keys) {
        StringBuilder text = new StringBuilder(VERSION + "\n" + letters.label() + "\n");
        keys.forEach(key -> text.append(key.epoch() + " " + key.digest() + " " + key.queryId() + "\n"));
        attempt(() -> {
            CheckpointFiles.write(spark, file(offset), text.toString());
            return offset;
        });
    }

    void delete(long offset) {
        attempt(() -> {
            CheckpointFiles.delete(spark, file(offset));
            return offset;
        });
    }

    private Path file(long offset) {
        return new Path(directory, Long.toString(offset));
    }

    private List<LetterKey> parsed(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.get(0).equals(VERSION)) {
            throw new IllegalStateException(
                    "A file of " + directory + " is not one of this version: repair with the version that began it.");
        }
        if (!lines.get(1).equals(letters.label())) {
            throw new IllegalStateException("This checkpoint is one of " + lines.get(1) + " and not of "
                    + letters.label() + ": give each repair a checkpoint of its own.");
        }
        List<LetterKey> keys = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            String[] parts = line.split(" ", 3);
            // The letters of a query are sent to the task with one copy of its id.
            keys.add(new LetterKey(parts[2].intern(), parts[1], Long.parseLong(parts[0])));
        }
        return keys;
    }

    private static <T> T attempt(FileAction<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads or writes a file. */
    private interface FileAction<T> {
        T run() throws IOException;
    }
}
