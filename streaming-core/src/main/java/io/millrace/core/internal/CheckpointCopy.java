package io.millrace.core.internal;

import io.millrace.core.internal.spark.CheckpointManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * A copy of a checkpoint for another query, as a crash could have left it, even if the query runs meanwhile: Spark
 * writes the offsets of a batch, its state and its commit one after the other, and the copy takes them the other way
 * round, up to the batch after the last commit that it has. Of the state it takes what that batch loads.
 */
public final class CheckpointCopy {
    private static final int ATTEMPTS = 5;

    /** Files of either state store by the version that they lead to; with an id in between on Spark 4. */
    private static final Pattern OF_VERSION =
            Pattern.compile("(\\d{1,18})(_[^.]*)?\\.(delta|changelog|snapshot|zip)(\\..*)?");

    private static final Pattern OF_BATCH = Pattern.compile("(\\d{1,18})(\\..*)?");
    private static final List<String> IN_ORDER = List.of("commits", "offsets", "state", "metadata");

    private final SparkSession spark;
    private final CheckpointManager files;
    private final Path original;
    private final Path copy;

    private CheckpointCopy(SparkSession spark, Path original, Path copy) throws IOException {
        this.spark = spark;
        this.original = original;
        this.copy = copy;
        this.files = CheckpointManager.of(spark, copy);
    }

    /** The directory at {@code location}, which Spark has made for a query without a checkpoint. */
    public static CheckpointCopy at(SparkSession spark, String location) {
        try {
            return new CheckpointCopy(spark, new Path(location), new Path(location));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Copies the checkpoint at {@code location}, which need not exist, to a directory next to it.
     *
     * @throws UncheckedIOException if it cannot be read or copied; then there is no copy
     */
    public static CheckpointCopy of(SparkSession spark, String location) {
        try {
            Path original = new Path(location);
            String suffix = "-rehearsal-" + UUID.randomUUID().toString().substring(0, 8);
            CheckpointCopy copy = new CheckpointCopy(spark, original, original.suffix(suffix));
            try {
                copy.make();
                return copy;
            } catch (IOException | RuntimeException e) {
                copy.delete();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is. */
    public String location() {
        return copy.toString();
    }

    /** Whether its last batch is planned and not committed, so that it runs again. */
    public boolean hasOpenBatch() {
        try {
            return lastBatch(copy, "offsets") > lastBatch(copy, "commits");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes it. */
    public void delete() {
        try {
            if (files.exists(copy)) {
                files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void make() throws IOException {
        if (!files.exists(original)) {
            return;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (attempted()) {
                return;
            }
            delete();
        }
        throw new IOException("The query is running, and its checkpoint changes faster than it can be copied");
    }

    /** Whether the copy is whole: its query may have deleted meanwhile what the copy needs. */
    private boolean attempted() throws IOException {
        long committed = lastBatch(original, "commits");
        Optional<Path> oldest = Optional.of(new Path(original, "commits/" + Math.max(0, committed - 1)))
                .filter(this::exists);
        copyAll(new Path(original, "commits"), new Path(copy, "commits"), file -> isBatch(file, committed));
        copyAll(new Path(original, "offsets"), new Path(copy, "offsets"), file -> isBatch(file, committed + 1));
        copyState(new Path(original, "state"), new Path(copy, "state"), committed + 1);
        boolean whole = copyAll(original, copy, entry -> !IN_ORDER.contains(entry.getName()));
        // Another id, since Spark runs a query by its id once at a time.
        String id = "{\"id\":\"" + UUID.randomUUID() + "\"}";
        files.replace(new Path(copy, "metadata"), id.getBytes(StandardCharsets.UTF_8));
        // Spark keeps the files of a batch, and the state before it, as long as its commit.
        return whole && oldest.filter(commit -> !exists(commit)).isEmpty();
    }

    /** Copies the state of {@code version}: of each store the last snapshot before it and what changed since. */
    private void copyState(Path from, Path to, long version) throws IOException {
        List<FileStatus> entries = list(from);
        long snapshot = entries.stream()
                .map(entry -> OF_VERSION.matcher(entry.getPath().getName()))
                .filter(name -> name.matches() && isSnapshot(name) && versionOf(name) <= version)
                .mapToLong(CheckpointCopy::versionOf)
                .max()
                .orElse(0);
        // A snapshot of RocksDB refers to files of other directories, which are complete before it is written.
        for (boolean ofVersion : new boolean[] {true, false}) {
            for (FileStatus entry : entries) {
                Matcher name = OF_VERSION.matcher(entry.getPath().getName());
                if (entry.isFile()
                        && name.matches() == ofVersion
                        && (!ofVersion || isNeeded(name, snapshot, version))) {
                    copy(entry.getPath(), to);
                }
            }
        }
        for (FileStatus entry : entries) {
            if (entry.isDirectory()) {
                copyState(entry.getPath(), new Path(to, entry.getPath().getName()), version);
            }
        }
    }

    // With ids in the names a version has several files, of which one is valid.
    private static boolean isNeeded(Matcher name, long snapshot, long version) {
        return versionOf(name) <= version && (versionOf(name) >= snapshot || name.group(2) != null);
    }

    private static boolean isSnapshot(Matcher name) {
        return name.group(3).equals("snapshot") || name.group(3).equals("zip");
    }

    private static long versionOf(Matcher name) {
        return Long.parseLong(name.group(1));
    }

    private static boolean isBatch(Path file, long last) {
        Matcher name = OF_BATCH.matcher(file.getName());
        return !name.matches() || Long.parseLong(name.group(1)) <= last;
    }

    /**
     * Copies the wanted entries of a directory, with all that they have; returns whether none has been deleted
     * meanwhile.
     */
    private boolean copyAll(Path from, Path to, Predicate<Path> wanted) throws IOException {
        boolean whole = true;
        for (FileStatus entry : list(from)) {
            Path path = entry.getPath();
            if (entry.isDirectory() && wanted.test(path)) {
                whole &= copyAll(path, new Path(to, path.getName()), file -> true);
            } else if (wanted.test(path)) {
                whole &= copy(path, to);
            }
        }
        return whole;
    }

    private boolean copy(Path file, Path to) throws IOException {
        if (file.getName().startsWith(".")) {
            return true; // Checksums and what is being written.
        }
        try (InputStream content = files.open(file)) {
            files.replace(new Path(to, file.getName()), content);
            return true;
        } catch (IOException e) {
            if (exists(file)) {
                throw e;
            }
            return false;
        }
    }

    /** What a directory has, or the file itself; nothing if it does not exist any more. */
    private List<FileStatus> list(Path path) throws IOException {
        try {
            return files.statuses(path);
        } catch (IOException e) {
            if (exists(path)) {
                throw e;
            }
            return List.of();
        }
    }

    private boolean exists(Path path) {
        return CheckpointFiles.exists(spark, path);
    }

    private long lastBatch(Path checkpoint, String log) throws IOException {
        return CheckpointFiles.latestBatch(spark, new Path(checkpoint, log)).orElse(-1L);
    }
}
