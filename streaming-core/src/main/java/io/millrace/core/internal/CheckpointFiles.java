package io.millrace.core.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager;

/** The files of a checkpoint, read and written as Spark 3.5 itself does it. */
public final class CheckpointFiles {
    private static final Pattern BATCH_FILE = Pattern.compile("(\\d{1,18})(\\.compact)?");

    private CheckpointFiles() {}

    /** The text of a small file; empty if there is none. */
    public static Optional<String> read(SparkSession spark, Path file) throws IOException {
        CheckpointFileManager files = manager(spark, file);
        if (!files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream text = files.open(file)) {
            return Optional.of(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Replaces what the file held by {@code text}, the whole of it or nothing. */
    public static void write(SparkSession spark, Path file, String text) throws IOException {
        CheckpointFileManager files = manager(spark, file);
        files.mkdirs(file.getParent());
        CheckpointFileManager.CancellableFSDataOutputStream whole = files.createAtomic(file, true);
        try {
            whole.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            whole.cancel();
            throw e;
        }
        whole.close();
    }

    /** The greatest batch id among the files of one of Spark's logs, compacted or not; empty if there is none. */
    public static Optional<Long> latestBatch(SparkSession spark, Path log) throws IOException {
        CheckpointFileManager files = manager(spark, log);
        if (!files.exists(log)) {
            return Optional.empty();
        }
        return Arrays.stream(files.list(log))
                .map(file -> BATCH_FILE.matcher(file.getPath().getName()))
                .filter(Matcher::matches)
                .map(name -> Long.parseLong(name.group(1)))
                .max(Comparator.naturalOrder());
    }

    /** Whether the file or directory exists. */
    static boolean exists(SparkSession spark, Path path) {
        try {
            return manager(spark, path).exists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CheckpointFileManager manager(SparkSession spark, Path path) throws IOException {
        try {
            return CheckpointFileManager.create(path, spark.sessionState().newHadoopConf());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // Spark creates a configured manager by reflection, and Scala does not declare what that throws.
            Throwable cause = e instanceof InvocationTargetException wrapped ? wrapped.getTargetException() : e;
            throw cause instanceof IOException failure ? failure : new IOException(cause);
        }
    }
}
