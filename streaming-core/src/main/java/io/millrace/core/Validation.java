package io.millrace.core;

import io.millrace.core.internal.CheckpointState;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.FailureKind;
import io.millrace.core.internal.Failures;
import io.millrace.core.internal.Finding;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.SparkRefusal;
import io.millrace.core.internal.StreamingPlan;
import io.millrace.core.internal.Triggers;
import io.millrace.core.internal.guard.CheckpointGuard;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;

/**
 * Checks a pipeline from end to end without starting anything. Every step is checked, even if an earlier one is
 * refused.
 */
final class Validation {
    private final PipelineSpec spec;
    private final SparkSession spark;
    private final List<ValidatedStep> steps = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> problemsOfSink = new ArrayList<>();
    private final List<Exception> causes = new ArrayList<>();
    private Optional<Dataset<Row>> rows = Optional.empty();
    private Optional<DataStreamWriter<Row>> writer = Optional.empty();
    private Optional<CheckpointGuard> guard = Optional.empty();

    private Validation(PipelineSpec spec, SparkSession spark) {
        this.spec = spec;
        this.spark = spark;
    }

    static Validation of(PipelineSpec spec, SparkSession spark) {
        Validation validation = new Validation(spec, spark);
        validation.load();
        spec.transforms().forEach(validation::apply);
        validation.checkSink();
        validation.checkQuery();
        validation.checkCheckpoint();
        return validation;
    }

    List<ValidatedStep> steps() {
        return steps;
    }

    /**
     * Spark's writer, ready for the settings of the query.
     *
     * @throws ValidationException if there are problems
     */
    DataStreamWriter<Row> accepted() {
        if (!problems.isEmpty()) {
            ValidationException refused = new ValidationException("Pipeline \"" + spec.name() + "\"", problems);
            causes.forEach(refused::addSuppressed);
            throw refused;
        }
        return writer.orElseThrow();
    }

    /** The comparison with the code that has made the checkpoint; empty without a checkpoint or if it was refused. */
    Optional<CheckpointGuard> guard() {
        return guard;
    }

    /** What a caller may want to know about a query that is accepted. */
    List<Problem> notes() {
        List<Problem> notes = new ArrayList<>();
        ofCheckpoint((location, state) ->
                        Optional.of(CheckpointChecks.overriddenStarts(spec.source(), location, state)))
                .ifPresent(notes::addAll);
        spec.source()
                .map(SourceWithChecks::kafkaSources)
                .ifPresent(sources -> sources.forEach(source -> notes.addAll(source.notesOnGroup(spark, query()))));
        notes.addAll(warnings());
        return notes;
    }

    /** The notes but those that every restart has. */
    List<Problem> warnings() {
        List<Problem> notes = new ArrayList<>();
        ofCheckpoint((location, state) -> Optional.of(
                        CheckpointChecks.overriddenSettings(spark, query(), spec.statePartitions(), location, state)))
                .or(() -> Optional.of(CheckpointChecks.noteOnPartitions(spark, query(), spec.statePartitions())
                        .map(List::of)
                        .orElse(List.of())))
                .ifPresent(notes::addAll);
        guard.ifPresent(compared -> notes.addAll(CheckpointChecks.notes(compared, spec.allowsOldState())));
        rows.map(StreamingPlan::of).ifPresent(plan -> notes.addAll(PlanChecks.notes(spark, plan, query())));
        if (query().isRealTime()) {
            spec.source()
                    .flatMap(source -> RealTimeChecks.noteOnCores(spark, source, query()))
                    .ifPresent(notes::add);
        }
        spec.sink().ifPresent(sink -> notes.addAll(sink.notes(query())));
        if (Triggers.isOnce(spec.trigger())) {
            notes.add(new Problem(
                    "once",
                    "",
                    "deprecated by Spark: one micro-batch takes all available rows, whatever the limits of the source",
                    "Use availableNow()."));
        }
        return notes;
    }

    /** Where an accepted query starts: a line for the log. */
    String beginning() {
        String steps = spec.source().orElseThrow().describe() + " -> "
                + spec.sink().orElseThrow().describe();
        String checkpoint = query().checkpointLocation()
                .map(location -> ", with a new checkpoint at " + Options.shown(location))
                .orElse(", without a checkpoint");
        return ofCheckpoint((location, state) -> Optional.of("continues after batch " + state.batch()
                        + " of its checkpoint at " + Options.shown(location)
                        + CheckpointChecks.starts(spec.source()).stream()
                                .map(start -> ", not at startingFrom(" + start + ")")
                                .collect(Collectors.joining())
                        + ": " + steps))
                .orElse("starts: " + steps + checkpoint);
    }

    /** What {@code note} says about the checkpoint; empty if the query is new. */
    private <T> Optional<T> ofCheckpoint(BiFunction<String, CheckpointState, Optional<T>> note) {
        return query().checkpointLocation()
                .flatMap(location -> CheckpointState.of(spark, location).flatMap(state -> note.apply(location, state)));
    }

    /** The query as far as the steps that were checked determine it. */
    PlannedQuery query() {
        // The session's default is looked up here, since without rows the query does not know the session.
        Optional<String> checkpoint = spec.checkpoint().or(() -> PlannedQuery.defaultCheckpoint(spark, spec.name()));
        return new PlannedQuery(spec.name(), rows, spec.outputMode(), spec.trigger(), checkpoint);
    }

    private void load() {
        spec.source()
                .ifPresentOrElse(
                        this::load,
                        () -> problems.add(new Problem(
                                "from", "nothing", "the pipeline has no source", "Call from(Sources...).")));
    }

    private void load(Source source) {
        List<Problem> ofSource = new ArrayList<>();
        try {
            Outcome loaded = SourceWithChecks.attempt(source, spark);
            rows = loaded.rows();
            ofSource.addAll(loaded.problems());
            if (ofSource.isEmpty() && source instanceof SourceWithChecks checked) {
                ofSource.addAll(checked.askServers(spark, query()));
            }
        } catch (Exception e) {
            ofSource.addAll(problems("from", source.describe(), e));
        }
        rows.filter(batch -> !batch.isStreaming())
                .ifPresent(batch -> ofSource.add(new Problem(
                        "from",
                        source.describe(),
                        "these rows are a batch, not a stream",
                        "Read them with spark.readStream().")));
        add("from", source.describe(), ofSource);
    }

    private void apply(Transform transform) {
        Outcome outcome = rows.map(before -> outcome(before, transform)).orElse(Outcome.refused(List.of()));
        rows = outcome.rows();
        add("via", transform.describe(), outcome.problems());
    }

    private Outcome outcome(Dataset<Row> before, Transform transform) {
        try {
            return Step.attempt(transform, before);
        } catch (Exception e) {
            return Outcome.refused(problems("via", transform.describe(), e));
        }
    }

    private void add(String call, String description, List<Problem> found) {
        steps.add(new ValidatedStep(call, description, rows.map(Dataset::schema), found));
        problems.addAll(found);
    }

    private void checkSink() {
        if (spec.sink().isEmpty()) {
            problems.add(new Problem("to", "nothing", "the pipeline has no sink", "Call to(Sinks...)."));
            return;
        }
        Sink sink = spec.sink().get();
        boolean sound = problems.isEmpty();
        try {
            problemsOfSink.addAll(sink.check(query()));
            problems.addAll(problemsOfSink);
            writer = rows.map(sink::write);
            if (rows.isPresent() && writer.isEmpty()) {
                problems.add(new Problem(
                        "to",
                        sink.describe(),
                        "write(...) of this sink returned null",
                        "Return a writer, such as rows.writeStream()."));
            }
        } catch (Exception e) {
            // The rows after a refused step are made up: what fails on them is not the fault of the sink.
            if (sound && problems.isEmpty()) {
                problems.addAll(problems("to", sink.describe(), e));
            }
        }
    }

    private void checkQuery() {
        rows.filter(Dataset::isStreaming)
                .ifPresent(stream -> problems.addAll(PlanChecks.problems(spark, stream, query())));
        WriterChecks.problems(spark, writer, query(), spec.options().asMap()).stream()
                .filter(problem -> !isReportedBySink(problem))
                .forEach(problems::add);
        problems.addAll(CheckpointChecks.problems(spark, query()));
    }

    // A plan with a refused step is made up, and says nothing about the checkpoint.
    private void checkCheckpoint() {
        if (problems.isEmpty()) {
            try {
                guard = CheckpointChecks.guard(spark, query(), spec);
                guard.ifPresent(compared -> problems.addAll(Finding.all(compared.refused(), Problem::new)));
            } catch (UncheckedIOException e) {
                causes.add(e);
                problems.add(CheckpointChecks.outOfReach(
                        query().checkpointLocation().orElseThrow(),
                        CheckpointChecks.UNREADABLE,
                        Objects.requireNonNull(e.getCause())));
            }
        }
    }

    private boolean isReportedBySink(Problem problem) {
        return problemsOfSink.stream()
                .anyMatch(reported -> reported.field().equals(problem.field())
                        && reported.value().equals(problem.value()));
    }

    private List<Problem> problems(String call, String what, Exception error) {
        if (error instanceof ValidationException refused) {
            return refused.problems();
        }
        causes.add(error);
        String message = SparkRefusal.of(error)
                .orElseGet(() -> error.getClass().getSimpleName() + ": " + Errors.clause(error.getMessage()));
        return List.of(new Problem(
                call,
                what,
                message,
                "The exception is attached to this one.",
                Failures.kind(error).chance() == FailureKind.Chance.TRANSIENT));
    }
}
