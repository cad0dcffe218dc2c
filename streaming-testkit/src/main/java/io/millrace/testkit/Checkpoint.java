package io.millrace.testkit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** A checkpoint location in memory: offsets, commits, metadata and state, which a test can read and damage. */
final class Checkpoint implements AutoCloseable {
    private static final Map<String, Checkpoint> ALL = new ConcurrentHashMap<>();

    /** Called before and after a file appears under its final name. */
    interface WriteListener {
        void beforeWrite(String path) throws IOException;

        void afterWrite(String path) throws IOException;
    }

    private final String name = "checkpoint-" + UUID.randomUUID();
    private final NavigableMap<String, byte[]> files = new ConcurrentSkipListMap<>();
    private volatile @Nullable WriteListener listener;

    Checkpoint() {
        ALL.put(name, this);
    }

    static Checkpoint of(Path path) throws IOException {
        Checkpoint found = ALL.get(rootOf(path));
        if (found == null) {
            throw new FileNotFoundException("The checkpoint of " + path + " is gone: its test has ended.");
        }
        return found;
    }

    static @Nullable Checkpoint find(Path path) {
        return ALL.get(rootOf(path));
    }

    /** The part of {@code path} below its checkpoint; empty for the checkpoint itself. */
    static String relative(Path path) {
        String[] parts = path.toUri().getPath().split("/", 3);
        return parts.length < 3 ? "" : parts[2];
    }

    private static String rootOf(Path path) {
        return path.toUri().getPath().split("/", 3)[1];
    }

    String location() {
        return MemoryFileSystem.SCHEME + ":///" + name;
    }

    NavigableMap<String, byte[]> files() {
        return files;
    }

    void onWrite(@Nullable WriteListener listener) {
        this.listener = listener;
    }

    /** Renames the file {@code from} to {@code to}, and replaces a file that exists there. */
    void move(String from, String to) throws IOException {
        WriteListener seen = listener;
        if (seen != null) {
            seen.beforeWrite(to);
        }
        byte[] content = files.remove(from);
        if (content == null) {
            throw new IOException("No file " + from + " in " + name);
        }
        files.put(to, content);
        if (seen != null) {
            seen.afterWrite(to);
        }
    }

    Checkpoint copy() {
        Checkpoint copy = new Checkpoint();
        copy.files.putAll(files);
        return copy;
    }

    /** The last batch whose offsets were written, committed or not. */
    OptionalLong lastBatch() {
        return ids("offsets/").stream().mapToLong(Long::longValue).max();
    }

    /**
     * Deletes the temporary file that a crash left in place of the first offsets: Spark 4 refuses to start on it, and
     * whoever runs the query has to delete it.
     */
    void deleteUnfinishedStart() {
        if (lastBatch().isEmpty()) {
            files.keySet().removeIf(file -> file.startsWith("offsets/"));
        }
    }

    /** The last batch that was committed; -1 if there is none. */
    long lastCommit() {
        return ids("commits/").stream().mapToLong(Long::longValue).max().orElse(-1);
    }

    /**
     * Whether only {@link GivenRows#nudge} made {@code batch} due: it reads no row, and its watermark has not
     * moved.
     */
    boolean isNudge(long batch) {
        List<String> before = offsets(batch - 1);
        List<String> read = offsets(batch);
        return !before.equals(read)
                && GivenRows.withoutNudges(before).equals(GivenRows.withoutNudges(read))
                && watermarkUsed(batch) == watermarkUsed(batch - 1);
    }

    /** The offsets of its sources, after the lines with Spark's version and the metadata. */
    private List<String> offsets(long batch) {
        byte[] content = files.get("offsets/" + batch);
        return content == null
                ? List.of()
                : new String(content, StandardCharsets.UTF_8).lines().skip(2).toList();
    }

    boolean isCommitted(long batch) {
        return files.containsKey("commits/" + batch);
    }

    /** Deletes the commit of {@code batch} and everything after it, as if the query had failed in that batch. */
    void uncommitFrom(long batch) {
        ids("commits/").stream().filter(id -> id >= batch).forEach(id -> files.remove("commits/" + id));
        ids("offsets/").stream().filter(id -> id > batch).forEach(id -> files.remove("offsets/" + id));
    }

    /** The watermark that {@code batch} used, in milliseconds; zero if there was none. */
    long watermarkUsed(long batch) {
        return number("offsets/" + batch, "\"batchWatermarkMs\":(-?\\d+)");
    }

    /** The watermark that the batch after {@code batch} uses; zero if there is none. */
    long watermarkNext(long batch) {
        return number("commits/" + batch, "\"nextBatchWatermarkMs\":(-?\\d+)");
    }

    /** The processing time of {@code batch}, in milliseconds. */
    long clock(long batch) {
        return number("offsets/" + batch, "\"batchTimestampMs\":(\\d+)");
    }

    @Override
    public void close() {
        ALL.remove(name);
    }

    private List<Long> ids(String directory) {
        List<Long> ids = new ArrayList<>();
        for (String file : files.tailMap(directory).keySet()) {
            if (!file.startsWith(directory)) {
                break;
            }
            String id = file.substring(directory.length());
            if (id.chars().allMatch(Character::isDigit)) {
                ids.add(Long.valueOf(id));
            }
        }
        return ids;
    }

    private long number(String file, String pattern) {
        byte[] content = files.get(file);
        if (content == null) {
            return 0;
        }
        Matcher matcher = Pattern.compile(pattern).matcher(new String(content, StandardCharsets.UTF_8));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
