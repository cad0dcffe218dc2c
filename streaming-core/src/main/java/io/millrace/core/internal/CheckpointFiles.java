package io.millrace.core.internal;

import io.millrace.core.internal.spark.CheckpointManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The files of a checkpoint, read and written as Spark itself does it. */
public final class CheckpointFiles {
    private static final Pattern BATCH_FILE = Pattern.compile("(\\d{1,18})(\\.compact)?");

    private CheckpointFiles() {}

    /** The text of a small file; empty if there is none. */
    public static Optional<String> read(SparkSession spark, Path file) throws IOException {
        CheckpointManager files = CheckpointManager.of(spark, file);
        if (!files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream text = files.open(file)) {
            return Optional.of(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Replaces what the file held by {@code text}, the whole of it or nothing. */
    public static void write(SparkSession spark, Path file, String text) throws IOException {
        CheckpointManager.of(spark, file).replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Deletes a file, if it exists. */
    public static void delete(SparkSession spark, Path file) throws IOException {
        CheckpointManager.of(spark, file).delete(file);
    }

    /** The files directly in {@code directory}, if it exists. */
    public static List<Path> in(SparkSession spark, Path directory) throws IOException {
        CheckpointManager files = CheckpointManager.of(spark, directory);
        return files.exists(directory) ? files.list(directory) : List.of();
    }

    /** The greatest batch id among the files of one of Spark's logs, compacted or not; empty if there is none. */
    public static Optional<Long> latestBatch(SparkSession spark, Path log) throws IOException {
        CheckpointManager files = CheckpointManager.of(spark, log);
        if (!files.exists(log)) {
            return Optional.empty();
        }
        return files.list(log).stream()
                .map(file -> BATCH_FILE.matcher(file.getName()))
                .filter(Matcher::matches)
                .map(name -> Long.parseLong(name.group(1)))
                .max(Comparator.naturalOrder());
    }

    /** Opens a file of any kind; empty if there is none. */
    public static Optional<InputStream> open(SparkSession spark, Path file) throws IOException {
        CheckpointManager files = CheckpointManager.of(spark, file);
        return files.exists(file) ? Optional.of(files.open(file)) : Optional.empty();
    }

    /** The names of the files and directories directly in {@code directory}; none if there is none. */
    public static List<String> names(SparkSession spark, Path directory) throws IOException {
        CheckpointManager files = CheckpointManager.of(spark, directory);
        return files.exists(directory)
                ? files.list(directory).stream().map(Path::getName).toList()
                : List.of();
    }

    /** Whether the file or directory exists. */
    static boolean exists(SparkSession spark, Path path) {
        try {
            return CheckpointManager.of(spark, path).exists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
