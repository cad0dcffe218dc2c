package io.millrace.core;

import io.millrace.core.internal.OwnSteps;
import io.millrace.core.internal.SomeRows;
import io.millrace.core.internal.StreamingPlan;
import io.millrace.core.internal.UnstableFilters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A sink with steps of its own, which run on the rows of each batch and so keep no state. */
record BranchSink(Transform steps, BatchSink sink) implements BatchSink, OwnSteps, SomeRows {
    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        VoidFunction2<Dataset<Row>, Long> batches = sink.batchesOf(rowsOf(stream));
        return (rows, batchId) -> batches.call(rowsOf(rows), batchId);
    }

    @Override
    public Dataset<Row> rowsOf(Dataset<Row> rows) {
        return steps.apply(rows);
    }

    @Override
    public Optional<Column> condition(Dataset<Row> rows) {
        return steps instanceof SomeRows some ? some.condition(rows) : Optional.empty();
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        Optional<Problem> continuous = query.problemIfContinuous("a sink after steps of its own");
        if (continuous.isPresent()) {
            return List.of(continuous.get());
        }
        if (query.rows().isEmpty()) {
            return sink.check(query);
        }
        Dataset<Row> before = query.rows().get();
        Outcome outcome = Step.attempt(steps, before);
        List<Problem> problems = new ArrayList<>(outcome.problems());
        outcome.rows().flatMap(after -> problem(before, after)).ifPresent(problems::add);
        problems.addAll(sink.check(query.of(outcome.rows())));
        return problems;
    }

    private Optional<Problem> problem(Dataset<Row> before, Dataset<Row> after) {
        if (StreamingPlan.of(after).addsToStream(StreamingPlan.of(before))) {
            return Optional.of(new Problem(
                    "via",
                    steps.describe(),
                    "the steps of a branch run on one batch at a time: they set no watermark, keep no state and read no"
                            + " second stream",
                    "Move the step before the sinks, with Pipeline.via(...), or make a query of it."));
        }
        Set<String> unstable = UnstableFilters.between(before, after);
        return unstable.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(
                        "via",
                        steps.describe(),
                        "its condition depends on " + String.join(", ", unstable)
                                + ", which is another value in each branch, so that a row could be in none",
                        "Compute it as a column before the sinks, with Pipeline.via(...)."));
    }

    @Override
    public List<Problem> notes(PlannedQuery query) {
        List<Problem> notes = new ArrayList<>();
        query.rows().ifPresent(before -> notes.addAll(notesOnValues(before, rowsOf(before))));
        notes.addAll(sink.notes(query.of(query.rows().map(this::rowsOf))));
        return notes;
    }

    /** What the steps add to the notes of the stream. */
    private static List<Problem> notesOnValues(Dataset<Row> before, Dataset<Row> after) {
        SparkSession spark = before.sparkSession();
        List<Problem> notes = PlanChecks.notesOnValues(spark, StreamingPlan.of(after));
        List<Problem> known = PlanChecks.notesOnValues(spark, StreamingPlan.of(before));
        return notes.stream().filter(note -> !known.contains(note)).toList();
    }

    @Override
    public List<String> targets() {
        return sink.targets();
    }

    @Override
    public String describe() {
        return steps.describe() + " -> " + sink.describe();
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }
}
