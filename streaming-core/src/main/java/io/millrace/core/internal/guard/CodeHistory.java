package io.millrace.core.internal.guard;

import io.millrace.core.internal.CheckpointFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The code that has made what a checkpoint holds, in {@code millrace/code} of the checkpoint: for each batch from which
 * on there was other code, what it said. Code that has started, but committed no batch, does not count: the state is
 * not of it.
 */
final class CodeHistory {
    private static final String VERSION = "v1";
    private static final String FROM = "from ";
    private static final String END = "end";

    private final SparkSession spark;
    private final Path file;
    private final long next;

    /** The history of the checkpoint at {@code location}. */
    CodeHistory(SparkSession spark, String location) throws IOException {
        this.spark = spark;
        this.file = new Path(location, "millrace/code");
        this.next = CheckpointFiles.latestBatch(spark, new Path(location, "commits"))
                .map(batch -> batch + 1)
                .orElse(0L);
    }

    /** Whether a batch was committed, so that there may be state. */
    boolean hasCommitted() {
        return next > 0;
    }

    /** The code of the last batch that was committed; empty if that was not recorded. */
    Optional<CodeDocument> current() throws IOException {
        return Optional.ofNullable(read().lowerEntry(next)).map(Map.Entry::getValue);
    }

    /** Records that {@code code} makes the next batch. */
    void write(CodeDocument code) {
        try {
            NavigableMap<Long, CodeDocument> recorded = read();
            NavigableMap<Long, CodeDocument> kept = new TreeMap<>();
            Map.Entry<Long, CodeDocument> current = recorded.lowerEntry(next);
            if (current != null) {
                kept.put(current.getKey(), current.getValue());
            }
            if (current == null || !current.getValue().equals(code)) {
                kept.put(next, code);
            }
            if (!kept.equals(recorded)) {
                CheckpointFiles.write(spark, file, text(kept));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "What the code of the query says cannot be written to the checkpoint, in millrace/code", e);
        }
    }

    private static String text(NavigableMap<Long, CodeDocument> history) {
        StringBuilder text = new StringBuilder(VERSION + "\n");
        history.forEach(
                (from, code) -> text.append(FROM).append(from).append('\n').append(code.text()));
        return text.append(END).append('\n').toString();
    }

    /** What is recorded; nothing of a file that is cut short, or that a later version has written in another form. */
    private NavigableMap<Long, CodeDocument> read() throws IOException {
        List<String> lines =
                CheckpointFiles.read(spark, file).orElse("").lines().toList();
        NavigableMap<Long, CodeDocument> history = new TreeMap<>();
        if (lines.isEmpty()
                || !lines.get(0).equals(VERSION)
                || !lines.get(lines.size() - 1).equals(END)) {
            return history;
        }
        List<String> facts = new ArrayList<>();
        for (int i = lines.size() - 2; i > 0; i--) {
            String line = lines.get(i);
            if (line.matches(FROM + "\\d{1,18}")) {
                history.put(Long.parseLong(line.substring(FROM.length())), CodeDocument.parsed(facts));
                facts.clear();
            } else {
                facts.add(0, line);
            }
        }
        return history;
    }
}
