package io.millrace.sinks;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;

/** What sinks need of the query that they end: no problem where it is met, else one. */
final class Needs {
    private Needs() {}

    static Stream<Problem> microBatches(PlannedQuery query, String sink) {
        return Continuous.is(query.trigger())
                ? Stream.of(new Problem(
                        "continuous",
                        query.trigger().toString(),
                        sink + " needs micro-batches, of which the continuous trigger has none",
                        "Use every(...) or availableNow()."))
                : Stream.empty();
    }

    static Stream<Problem> append(PlannedQuery query, String sink) {
        return OutputMode.Append().equals(query.outputMode())
                ? Stream.empty()
                : Stream.of(new Problem(
                        "outputMode",
                        query.outputMode().toString(),
                        sink + " only ever adds rows and cannot take one back",
                        "Use append(); where the plan aggregates, give it a watermark, so that a row comes once and"
                                + " final."));
    }

    static Stream<Problem> checkpoint(PlannedQuery query, String sink) {
        return checkpointOf(query).isPresent()
                ? Stream.empty()
                : Stream.of(new Problem(
                        "checkpointAt",
                        "nothing",
                        sink + " does not run without a checkpoint that outlives it",
                        "Call checkpointAt(...) with a path of its own for this query."));
    }

    /** Without a checkpoint state begins anew at a restart, and its smaller results replace the right ones. */
    static Stream<Problem> checkpointOfState(PlannedQuery query, String sink) {
        return checkpointOf(query).isPresent() || !query.isStateful()
                ? Stream.empty()
                : Stream.of(new Problem(
                        "checkpointAt",
                        "nothing",
                        "the query keeps state, and without a checkpoint each start begins anew and writes results of"
                                + " the rows since then over those that " + sink + " has",
                        "Call checkpointAt(...) with a path of its own for this query."));
    }

    /** Spark drops what is older than {@code retention} from the list by which it reads a directory. */
    static Stream<Problem> allFilesListed(Map<String, String> options) {
        return options.entrySet().stream()
                .filter(option -> option.getKey().equalsIgnoreCase("retention"))
                .map(option -> new Problem(
                        "option",
                        option.getKey(),
                        "Spark's readers would no longer see the rows of files that are older than " + option.getValue()
                                + ", since it takes them off the list in _spark_metadata and leaves them in the"
                                + " directory",
                        "Leave it out; to keep the list short, begin a new directory from time to time."));
    }

    /** As Spark finds it: the location of the query, else its name under the location of the session. */
    static Optional<String> checkpointOf(PlannedQuery query) {
        return query.checkpoint()
                .or(() -> session(query)
                        .flatMap(session -> setting(session, "spark.sql.streaming.checkpointLocation"))
                        .map(root -> root + "/" + query.name()));
    }

    static Optional<SparkSession> session(PlannedQuery query) {
        return query.rows().map(Dataset<Row>::sparkSession);
    }

    private static Optional<String> setting(SparkSession session, String key) {
        return Optional.ofNullable(session.conf().getAll().get(key).getOrElse(() -> null));
    }
}
