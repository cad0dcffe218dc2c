package io.millrace.core;

import io.millrace.core.internal.ActiveSession;
import io.millrace.core.internal.CheckpointCopy;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.LocalCheckpoints;
import io.millrace.core.internal.QueryProperties;
import io.millrace.core.internal.RunningQueries;
import io.millrace.core.internal.StatePartitions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One micro-batch of a pipeline on a copy of its checkpoint, whose rows are dropped. */
final class RehearsalRun {
    private static final Logger LOG = LoggerFactory.getLogger(RehearsalRun.class);
    private static final String ROWS = "rows";

    /** The names of the queries of rehearsals that run: Spark takes each name once. */
    private static final Set<String> NAMES = ConcurrentHashMap.newKeySet();

    private final PipelineSpec spec;
    private final SparkSession spark;
    private final Validation validation;
    private String name = "";
    private volatile long batchId = -1;
    private volatile long rowsForSink;

    RehearsalRun(PipelineSpec spec, SparkSession spark, Validation validation) {
        this.spec = spec;
        this.spark = spark;
        this.validation = validation;
    }

    /**
     * Runs the batch.
     *
     * @throws ValidationException if {@code start} would throw it, while the query does not run
     */
    Rehearsal result() {
        refuse();
        List<Problem> notes = new ArrayList<>(validation.notes());
        modeThatIsNotTried().ifPresent(notes::add);
        Optional<CheckpointCopy> copy = validation.query().checkpointLocation().map(this::copy);
        name = freeName();
        try {
            boolean rerun = copy.filter(CheckpointCopy::hasOpenBatch).isPresent();
            StreamingQuery query = start(copy.map(CheckpointCopy::location));
            try {
                await(query);
                return result(query, rerun, notes);
            } finally {
                if (copy.isEmpty()) {
                    // Spark keeps the temporary checkpoint of a query that failed.
                    delete(CheckpointCopy.at(spark, RunningQueries.checkpointOf(query)));
                }
            }
        } finally {
            NAMES.remove(name);
            copy.ifPresent(RehearsalRun::delete);
        }
    }

    private String freeName() {
        String free = spec.name() + " (rehearsal)";
        for (int number = 2; !NAMES.add(free); number++) {
            free = spec.name() + " (rehearsal " + number + ")";
        }
        return free;
    }

    private void refuse() {
        try {
            validation.accepted();
        } catch (ValidationException refused) {
            List<Problem> problems = refused.problems().stream()
                    .filter(problem -> !CheckpointChecks.isOfRunningQuery(problem))
                    .toList();
            if (!problems.isEmpty()) {
                ValidationException others = new ValidationException("Pipeline \"" + spec.name() + "\"", problems);
                for (Throwable cause : refused.getSuppressed()) {
                    others.addSuppressed(cause);
                }
                throw others;
            }
        }
    }

    private Optional<Problem> modeThatIsNotTried() {
        PlannedQuery query = validation.query();
        return query.isContinuous() || query.isRealTime()
                ? Optional.of(query.refusedTrigger(
                        "a rehearsal runs the steps in one micro-batch, and does not try this mode",
                        "Start the query on a test topic to try it."))
                : Optional.empty();
    }

    private CheckpointCopy copy(String location) {
        try {
            return CheckpointCopy.of(spark, location);
        } catch (UncheckedIOException e) {
            throw notWritable("cannot copy the checkpoint", Objects.requireNonNull(e.getCause()));
        }
    }

    private IllegalStateException notWritable(String problem, IOException cause) {
        String reason = cause instanceof AccessDeniedException denied
                ? "no right to write " + denied.getFile()
                : Errors.clause(cause.getMessage());
        return new IllegalStateException(
                "The rehearsal of \"" + spec.name() + "\" " + problem + ": " + reason
                        + ". Nothing has run. A directory next to the checkpoint must be writable, with room for the"
                        + " state.",
                cause);
    }

    private static void delete(CheckpointCopy copy) {
        try {
            copy.delete();
        } catch (UncheckedIOException e) {
            LOG.warn("The copy of the checkpoint at {} is not needed any more and stays.", copy.location(), e);
        }
    }

    private StreamingQuery start(Optional<String> checkpoint) {
        Dataset<Row> rows = rows();
        DataStreamWriter<Row> writer = rows.writeStream()
                .queryName(name)
                .outputMode(spec.outputMode())
                .trigger(Trigger.AvailableNow())
                .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> drop(rows, batch, id));
        checkpoint.ifPresent(location -> writer.option("checkpointLocation", location));
        return StatePartitions.during(
                spark,
                name,
                spec.statePartitions(),
                () -> LocalCheckpoints.during(
                        spark,
                        checkpoint,
                        () -> ActiveSession.with(
                                spark,
                                () -> QueryProperties.startingRehearsal(spark.sparkContext(), () -> started(writer)))));
    }

    private Dataset<Row> rows() {
        PipelineSpec rehearsed = spec.rehearsed();
        Validation same =
                rehearsed.equals(spec) ? validation : ActiveSession.with(spark, () -> Validation.of(rehearsed, spark));
        return same.query().rows().orElseThrow();
    }

    private StreamingQuery started(DataStreamWriter<Row> writer) {
        try {
            return writer.start();
        } catch (TimeoutException e) {
            throw failure(Errors.nameOf(e), e);
        } catch (Exception e) { // Scala does not declare that Spark creates the checkpoint here.
            if (e instanceof IOException cause) {
                throw notWritable("cannot create its own checkpoint", cause);
            }
            throw e;
        }
    }

    /** Computes all columns of all rows, as a sink would, and lets no other batch start. */
    private void drop(Dataset<Row> rows, Dataset<Row> batch, long id) throws InterruptedException {
        Observation observation = new Observation();
        batch.observe(observation, functions.count(functions.lit(1)).as(ROWS))
                .write()
                .format("noop")
                .mode("overwrite")
                .save();
        rowsForSink = ((Number) observation.getAsJava().getOrDefault(ROWS, 0L)).longValue();
        batchId = id;
        SparkSession session = rows.sparkSession();
        RunningQueries.startNoMoreBatches(
                session.streams().get(UUID.fromString(QueryProperties.queryId(session.sparkContext()))));
    }

    private void await(StreamingQuery query) {
        try {
            query.awaitTermination();
        } catch (StreamingQueryException e) {
            throw failure(Errors.nameOf(e), e);
        } catch (Exception e) { // Scala does not declare that the wait may be interrupted.
            stop(query);
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw failure(Errors.nameOf(e), e);
        }
    }

    private static void stop(StreamingQuery query) {
        try {
            query.stop();
        } catch (TimeoutException e) {
            LOG.warn("The query \"{}\" did not stop in time.", query.name(), e);
        }
    }

    // Spark's own message may have values of rows, and is in the cause alone.
    private IllegalStateException failure(String reason, Exception cause) {
        return new IllegalStateException(
                "The rehearsal of \"" + spec.name() + "\" failed (" + reason
                        + "). The checkpoint and the target are as they were.",
                cause);
    }

    private Rehearsal result(StreamingQuery query, boolean rerun, List<Problem> notes) {
        Optional<StreamingQueryProgress> ran = Arrays.stream(query.recentProgress())
                .filter(progress -> progress.batchId() == batchId)
                .findFirst();
        return new Rehearsal(
                spec.name(),
                batchId < 0 ? OptionalLong.empty() : OptionalLong.of(batchId),
                rerun,
                ran.map(StreamingQueryProgress::numInputRows).orElse(0L),
                rowsForSink,
                Duration.ofMillis(ran.map(StreamingQueryProgress::batchDuration).orElse(0L)),
                notes);
    }
}
