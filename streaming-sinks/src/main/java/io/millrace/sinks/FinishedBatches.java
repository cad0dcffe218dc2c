package io.millrace.sinks;

import io.millrace.core.internal.CheckpointFiles;
import io.millrace.core.internal.QueryProperties;
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
 * The last batch that each of several sinks has finished: a small file for each, written as a whole, in {@code
 * millrace/finished} of the query's checkpoint. It holds the ids of query and batch, nothing else.
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

    /** Those of the query that runs {@code batch}, which was started in {@code session}. */
    static FinishedBatches of(SparkSession session, Dataset<Row> batch) {
        String queryId = Objects.requireNonNull(
                QueryProperties.queryId(batch.sparkSession().sparkContext()), "not on the thread of a streaming query");
        return new FinishedBatches(
                session, queryId, new Path(SparkInternals.checkpointOf(session, queryId), "millrace/finished"));
    }

    /**
     * Whether {@code sink} has finished this batch.
     *
     * @throws IllegalStateException where it has finished a later one: somebody has set the checkpoint back
     */
    boolean contains(String sink, long batchId) {
        long last = last(sink).orElse(-1L);
        if (last > batchId) {
            throw new IllegalStateException("The sink \"" + sink + "\" has finished batch " + last + ", but the query"
                    + " is at batch " + batchId + ": its checkpoint was set back. Bring the newer checkpoint back, or"
                    + " delete " + file(sink) + " if the sink shall get the batches from here on again.");
        }
        return last == batchId;
    }

    /** Takes note, so that a restart passes {@code sink} over; on return it is on storage. */
    void add(String sink, long batchId) {
        try {
            CheckpointFiles.write(session, file(sink), String.join("\n", VERSION, queryId, Long.toString(batchId), ""));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The sink \"" + sink + "\" has finished batch " + batchId + ", and " + file(sink)
                            + " cannot take note of it: the sink will get the batch again.",
                    e);
        }
    }

    private Optional<Long> last(String sink) {
        try {
            return CheckpointFiles.read(session, file(sink)).flatMap(text -> parsed(text, sink));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "What the sink \"" + sink + "\" has finished cannot be read from " + file(sink), e);
        }
    }

    /** Empty where the file is of another query, whose batches have other rows. */
    private Optional<Long> parsed(String text, String sink) {
        List<String> lines = text.lines().toList();
        if (lines.size() != 3 || !lines.get(0).equals(VERSION)) {
            throw new IllegalStateException(file(sink) + " is no note of a finished batch in a form that this version"
                    + " knows. Delete it if the sink \"" + sink + "\" may get the last batch again.");
        }
        return lines.get(1).equals(queryId) ? Optional.of(Long.parseLong(lines.get(2))) : Optional.empty();
    }

    private Path file(String sink) {
        return new Path(directory, sink);
    }
}
