package io.millrace.sinks;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.internal.CheckpointFiles;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;

/**
 * Keeps all rows in the driver's memory, as a temporary view named as the query. For looking and for tests: it grows
 * without end, and forgets everything with the query's JVM. Takes every output mode and trigger; goes on from a
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
        return rows.writeStream().format("memory");
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        return query.rows().map(Dataset::sparkSession).stream()
                .flatMap(session -> Stream.concat(nameProblem(query, session), checkpointProblem(query, session)))
                .toList();
    }

    @Override
    public String describe() {
        return "memory, a view named as the query";
    }

    /** Spark makes the view once the query runs already, and would leave it running without one. */
    private static Stream<Problem> nameProblem(PlannedQuery query, SparkSession session) {
        return SparkInternals.canNameAView(session, query.name())
                ? Stream.empty()
                : Stream.of(new Problem(
                        "named",
                        query.name(),
                        "the memory sink names a view as the query, and no view can have this name",
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
                        checkpoint,
                        "the rows that the memory sink held went with the JVM, and only complete mode brings them back",
                        "Start anew without a checkpoint, or with a path that is not used yet."));
    }

    private static boolean hasRun(String checkpoint, SparkSession session) {
        try {
            return CheckpointFiles.latestBatch(session, new Path(checkpoint, "offsets"))
                    .isPresent();
        } catch (IOException unreachable) {
            // Spark says what is wrong with the location, whichever sink is behind the query.
            return false;
        }
    }
}
