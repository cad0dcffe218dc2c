package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.internal.CheckpointFiles;
import io.millrace.core.internal.Options;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.jspecify.annotations.Nullable;

/**
 * Keeps all rows in the driver's memory, as a temporary view with the name of the query. For interactive use and tests:
 * it grows without limit, and its rows are lost with the JVM. Takes every output mode and trigger; continues from a
 * checkpoint in complete mode only.
 *
 * <pre>{@code
 * Sinks.memory().write(hits).queryName("hits").start().processAllAvailable();
 * spark.table("hits").show();
 * }</pre>
 */
public final class MemorySink implements Sink {
    MemorySink() {}

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        notNull("write(rows)", rows);
        return rows.writeStream().format("memory");
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        return query.rows().map(Dataset::sparkSession).stream()
                .flatMap(session -> Stream.concat(nameProblem(query, session), checkpointProblem(query, session)))
                .toList();
    }

    @Override
    public List<String> targets() {
        return List.of("memory");
    }

    @Override
    public String describe() {
        return "memory, a view with the name of the query";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemorySink;
    }

    @Override
    public int hashCode() {
        return MemorySink.class.hashCode();
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    /** Spark creates the view after the query has started, and would leave the query running without one. */
    private static Stream<Problem> nameProblem(PlannedQuery query, SparkSession session) {
        return ViewNames.isValid(session, query.name())
                ? Stream.empty()
                : Stream.of(new Problem(
                        "named",
                        query.name(),
                        "the memory sink creates a view with the name of the query, and a view cannot have this name",
                        "Name the query with letters, digits and underscores."));
    }

    private static Stream<Problem> checkpointProblem(PlannedQuery query, SparkSession session) {
        if (OutputMode.Complete().equals(query.outputMode())) {
            return Stream.empty();
        }
        return query.checkpointLocation().stream()
                .filter(checkpoint -> hasRun(checkpoint, session))
                .map(checkpoint -> new Problem(
                        "checkpointAt",
                        Options.shown(checkpoint),
                        "the rows of the memory sink were lost with the JVM, and only complete mode restores them",
                        "Start without a checkpoint, or with a path that is not used yet."));
    }

    private static boolean hasRun(String checkpoint, SparkSession session) {
        try {
            return CheckpointFiles.latestBatch(session, new Path(checkpoint, "offsets"))
                    .isPresent();
        } catch (IOException unreachable) {
            // Spark reports what is wrong with the location, whatever the sink.
            return false;
        }
    }
}
