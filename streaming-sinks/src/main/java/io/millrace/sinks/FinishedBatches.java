package io.millrace.sinks;

import io.millrace.core.internal.CheckpointFiles;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.QueryProperties;
import io.millrace.core.internal.RunningQueries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The last batch that each of several sinks has finished: a small file for each sink, written atomically, in {@code
 * millrace/finished} of the query's checkpoint. It holds the ids of query and batch alone.
 */
final class FinishedBatches {
    private static final String VERSION = "v1";

    private final SparkSession session;
    private final String queryId;
    private final Path directory;

    private FinishedBatches(SparkSession session, String queryId, Path directory) {
        this.session = session;
        this.queryId = queryId;
        this.directory = directory;
    }

    /** The finished batches of the query that runs {@code batch} and was started in {@code session}. */
    static FinishedBatches of(SparkSession session, Dataset<Row> batch) {
        String queryId = Objects.requireNonNull(
                QueryProperties.queryId(batch.sparkSession().sparkContext()), "not on the thread of a streaming query");
        return new FinishedBatches(
                session, queryId, new Path(RunningQueries.checkpointOf(session, queryId), "millrace/finished"));
    }

    /**
     * Whether {@code sink} has finished this batch.
     *
     * @throws IllegalStateException if it has finished a later one: the checkpoint was set back
     */
    boolean contains(String sink, long batchId) {
        long last = last(sink).orElse(-1L);
        if (last > batchId) {
            throw new IllegalStateException("The sink \"" + sink + "\" has finished batch " + last + ", but the query"
                    + " is at batch " + batchId + ": its checkpoint was set back. Restore the newer checkpoint, or"
                    + " delete " + shown(sink) + " if the sink is to get the batches from here on again.");
        }
        return last == batchId;
    }

    /** Records that {@code sink} has finished the batch, so that a restart skips it; durable on return. */
    void add(String sink, long batchId) {
        try {
            CheckpointFiles.write(session, file(sink), String.join("\n", VERSION, queryId, Long.toString(batchId), ""));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The sink \"" + sink + "\" has finished batch " + batchId + ", but this cannot be recorded in "
                            + shown(sink) + ": the sink will get the batch again.",
                    e);
        }
    }

    private Optional<Long> last(String sink) {
        try {
            return CheckpointFiles.read(session, file(sink)).flatMap(text -> parsed(text, sink));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "What the sink \"" + sink + "\" has finished cannot be read from " + shown(sink), e);
        }
    }

    /** Empty if the file belongs to another query, whose batches have other rows. */
    private Optional<Long> parsed(String text, String sink) {
        List<String> lines = text.lines().toList();
        if (lines.size() != 3 || !lines.get(0).equals(VERSION)) {
            throw new IllegalStateException(
                    shown(sink) + " does not record a finished batch in a form that this version"
                            + " knows. Delete it if the sink \"" + sink + "\" may get the last batch again.");
        }
        return lines.get(1).equals(queryId) ? Optional.of(Long.parseLong(lines.get(2))) : Optional.empty();
    }

    private String shown(String sink) {
        return Options.shown(file(sink).toString());
    }

    private Path file(String sink) {
        return new Path(directory, sink);
    }
}
