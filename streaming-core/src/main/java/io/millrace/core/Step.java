package io.millrace.core;

import io.millrace.core.internal.SparkRefusal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A transform that says which columns it needs, so that it can refuse by name, and so that a pipeline can go on looking
 * behind a step that is refused.
 */
abstract class Step implements Transform {
    static Step of(String description, List<ColumnNeed> needs, UnaryOperator<Dataset<Row>> body) {
        return of(description, needs, rows -> List.of(), body);
    }

    /** {@code clashes} are the columns that the step would make of names that are taken. */
    static Step of(
            String description,
            List<ColumnNeed> needs,
            Function<Dataset<Row>, List<Problem>> clashes,
            UnaryOperator<Dataset<Row>> body) {
        return new Step() {
            @Override
            List<Problem> clashes(Dataset<Row> rows) {
                return clashes.apply(rows);
            }

            @Override
            List<ColumnNeed> needs() {
                return needs;
            }

            @Override
            Dataset<Row> on(Dataset<Row> rows) {
                return body.apply(rows);
            }

            @Override
            public String describe() {
                return description;
            }
        };
    }

    /** The columns that it reads by name. */
    abstract List<ColumnNeed> needs();

    /** The columns that it would make of {@code rows} under names that are taken, or that it cannot make of them. */
    List<Problem> clashes(Dataset<Row> rows) {
        return List.of();
    }

    /** The work on rows that have all of {@link #needs()}. */
    abstract Dataset<Row> on(Dataset<Row> rows);

    /** What would come out of a step that Spark refuses, where its columns are known all the same. */
    Optional<Dataset<Row>> assumed(Dataset<Row> rows) {
        return Optional.empty();
    }

    @Override
    public abstract String describe();

    @Override
    public final Dataset<Row> apply(Dataset<Row> rows) {
        Outcome outcome = attempt(rows);
        if (!outcome.problems().isEmpty()) {
            throw new ValidationException("Transform " + describe(), outcome.problems());
        }
        return outcome.rows().orElseThrow();
    }

    /** As {@link #describe()}. */
    @Override
    public final String toString() {
        return describe();
    }

    final Outcome attempt(Dataset<Row> rows) {
        List<Problem> problems = problems(rows);
        try {
            return new Outcome(Optional.of(on(repaired(rows))), problems);
        } catch (Exception e) {
            Problem refusal = refusal(e, describe(), rows).orElse(null);
            if (refusal == null) {
                throw e;
            }
            // Behind a column that is put in for a missing one, a refusal of Spark's says nothing about the pipeline.
            return new Outcome(assumed(rows), problems.isEmpty() ? List.of(refusal) : problems);
        }
    }

    /** The refusal of a step on {@code rows} by Spark's analyzer; empty if {@code error} is another one. */
    static Optional<Problem> refusal(Exception error, String step, Dataset<Row> rows) {
        return SparkRefusal.of(error)
                .map(message -> new Problem(
                        "via",
                        step,
                        message + " (columns: " + String.join(", ", rows.columns()) + ")",
                        "Name one of these, or add what is missing in an earlier step."));
    }

    private List<Problem> problems(Dataset<Row> rows) {
        List<Problem> missing = needs().stream()
                .map(need -> need.problem(rows))
                .flatMap(Optional::stream)
                .toList();
        return missing.isEmpty() ? clashes(rows) : missing;
    }

    /** {@code rows} as they would be once the columns that are missing or of another type are put right. */
    private Dataset<Row> repaired(Dataset<Row> rows) {
        Dataset<Row> repaired = rows;
        for (ColumnNeed need : needs()) {
            if (need.problem(repaired).isPresent()) {
                repaired = need.assumedIn(repaired);
            }
        }
        return repaired;
    }
}
