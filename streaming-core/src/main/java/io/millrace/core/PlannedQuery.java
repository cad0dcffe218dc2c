package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.Options;
import io.millrace.core.internal.StreamingPlan;
import io.millrace.core.internal.Triggers;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A query before its start, for the checks of a {@link Sink}. The {@code problem..} methods are the checks that many
 * sinks share; each takes the words by which a sink names itself, such as {@code "a file sink"}.
 *
 * <pre>{@code query.problemUnlessAppend("a file sink").ifPresent(problems::add);}</pre>
 *
 * @param name the name of the query
 * @param rows the rows that the sink would get; empty if an earlier step is refused, so that they are not known
 * @param outputMode which rows of the result a micro-batch gives
 * @param trigger when a micro-batch starts
 * @param checkpoint the checkpoint location, if one is set; {@link #checkpointLocation()} knows the session's default
 *     as well
 */
public record PlannedQuery(
        String name, Optional<Dataset<Row>> rows, OutputMode outputMode, Trigger trigger, Optional<String> checkpoint) {
    private static final String DEFAULT_CHECKPOINTS = "spark.sql.streaming.checkpointLocation";

    /** Refuses null. */
    public PlannedQuery {
        notNull(
                "PlannedQuery(name, rows, outputMode, trigger, checkpoint)",
                name,
                rows,
                outputMode,
                trigger,
                checkpoint);
    }

    /** Whether the trigger is Spark's continuous one, which has no micro-batches. */
    public boolean isContinuous() {
        return Triggers.isContinuous(trigger);
    }

    /** Whether the trigger is that of real-time mode, in which a batch may come again with other rows. */
    public boolean isRealTime() {
        return Triggers.isRealTime(trigger);
    }

    /** Whether Spark keeps state from batch to batch for it: for aggregates, duplicates, joins of streams, limits. */
    public boolean isStateful() {
        return rows.filter(known -> StreamingPlan.of(known).isStateful()).isPresent();
    }

    /** The checkpoint location of the query, else its name under the location of the session, as Spark chooses it. */
    public Optional<String> checkpointLocation() {
        return checkpoint.or(() -> rows.flatMap(known -> defaultCheckpoint(known.sparkSession(), name)));
    }

    /** A problem if the trigger is continuous, for a sink that writes micro-batches. */
    public Optional<Problem> problemIfContinuous(String sink) {
        notNull("problemIfContinuous(sink)", sink);
        return isContinuous()
                ? Optional.of(refusedTrigger(
                        sink + " needs micro-batches, and the continuous trigger has none",
                        "Use every(...) or availableNow()."))
                : Optional.empty();
    }

    /** A problem of the continuous trigger or of that of real-time mode, for a sink that does not take it. */
    public Problem refusedTrigger(String reason, String hint) {
        notNull("refusedTrigger(reason, hint)", reason, hint);
        String interval = Triggers.interval(trigger).map(Duration::toString).orElse("");
        return new Problem(isRealTime() ? "realTime" : "continuous", interval, reason, hint);
    }

    /** A problem unless the output mode is append, for a sink that cannot change a row. */
    public Optional<Problem> problemUnlessAppend(String sink) {
        notNull("problemUnlessAppend(sink)", sink);
        return outputMode.equals(OutputMode.Append())
                ? Optional.empty()
                : Optional.of(new Problem(
                        "outputMode",
                        outputMode.toString(),
                        sink + " only adds rows and cannot change them",
                        "Use append(); if the plan aggregates, add a watermark, so that each row is written once, when"
                                + " it is final."));
    }

    /** A problem without a checkpoint, for a sink that does not run without one. */
    public Optional<Problem> problemWithoutCheckpoint(String sink) {
        notNull("problemWithoutCheckpoint(sink)", sink);
        return checkpointLocation().isEmpty()
                ? Optional.of(missingCheckpoint(sink + " needs a checkpoint that outlives the query"))
                : Optional.empty();
    }

    /**
     * A problem if the query is stateful and has no checkpoint: after a restart, too small results replace the right
     * ones.
     */
    public Optional<Problem> problemIfStateIsLost(String sink) {
        notNull("problemIfStateIsLost(sink)", sink);
        return checkpointLocation().isEmpty() && isStateful()
                ? Optional.of(missingCheckpoint("the query is stateful, and without a checkpoint each start begins with"
                        + " empty state and overwrites the results in " + sink
                        + " with results of the rows since then"))
                : Optional.empty();
    }

    /** The same query with other rows. */
    PlannedQuery of(Optional<Dataset<Row>> others) {
        return new PlannedQuery(name, others, outputMode, trigger, checkpointLocation());
    }

    static Optional<String> defaultCheckpoint(SparkSession spark, String name) {
        scala.Option<String> all = spark.conf().getOption(DEFAULT_CHECKPOINTS);
        return all.isDefined() ? Optional.of(all.get() + "/" + name) : Optional.empty();
    }

    private static Problem missingCheckpoint(String reason) {
        return new Problem(
                "checkpointAt", "nothing", reason, "Call checkpointAt(...) with a path of its own for this query.");
    }

    /** All parts, without a login in the checkpoint location. */
    @Override
    public String toString() {
        return "PlannedQuery[name=" + name + ", rows=" + rows + ", outputMode=" + outputMode + ", trigger=" + trigger
                + ", checkpoint=" + checkpoint.map(Options::shown) + "]";
    }
}
