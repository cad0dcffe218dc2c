package io.millrace.core;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.SparkRefusal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A transform that declares the columns it needs. Missing ones are refused by name, and a pipeline can check the steps
 * after a step that is refused.
 */
abstract class Step implements Transform {
    static Step of(Call call, List<ColumnNeed> needs, UnaryOperator<Dataset<Row>> body) {
        return of(call, needs, rows -> List.of(), body);
    }

    /** {@code clashes} are the columns that the step would add under names that are taken. */
    static Step of(
            Call call,
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
            Object key() {
                return call;
            }

            @Override
            public String describe() {
                return call.text();
            }
        };
    }

    /** What made the step: equal for equal calls. */
    abstract Object key();

    /** The columns that it reads by name. */
    abstract List<ColumnNeed> needs();

    /** The columns that it would add to {@code rows} under names that are taken, or that it cannot make of them. */
    List<Problem> clashes(Dataset<Row> rows) {
        return List.of();
    }

    /** Transforms rows that have all of {@link #needs()}. */
    abstract Dataset<Row> on(Dataset<Row> rows);

    /** The rows after this step if Spark refuses it but its columns are known. */
    Optional<Dataset<Row>> assumed(Dataset<Row> rows) {
        return Optional.empty();
    }

    @Override
    public abstract String describe();

    @Override
    public final Dataset<Row> apply(Dataset<Row> rows) {
        Outcome outcome = attempt(Arguments.required("apply", "rows", rows));
        if (!outcome.problems().isEmpty()) {
            throw new ValidationException("Transform " + describe(), outcome.problems());
        }
        return outcome.rows().orElseThrow();
    }

    /** Whether equal calls made both. A function of yours is equal to itself only. */
    @Override
    public final boolean equals(Object other) {
        return other instanceof Step that && getClass() == that.getClass() && key().equals(that.key());
    }

    @Override
    public final int hashCode() {
        return key().hashCode();
    }

    /** As {@link #describe()}. */
    @Override
    public final String toString() {
        return describe();
    }

    /** The rows after {@code transform}, and why it is refused if it is. */
    static Outcome attempt(Transform transform, Dataset<Row> rows) {
        try {
            return transform instanceof Step step
                    ? step.attempt(rows)
                    : Outcome.of("via", transform.describe(), transform.apply(rows));
        } catch (ValidationException e) {
            return Outcome.refused(e.problems());
        } catch (Exception e) {
            Optional<Problem> refusal = refusal(e, transform.describe(), rows);
            if (refusal.isEmpty()) {
                throw e;
            }
            return Outcome.refused(List.of(refusal.get()));
        }
    }

    final Outcome attempt(Dataset<Row> rows) {
        List<Problem> problems = problems(rows);
        try {
            Outcome outcome = Outcome.of("via", describe(), on(repaired(rows)));
            return problems.isEmpty() ? outcome : new Outcome(outcome.rows(), problems);
        } catch (Exception e) {
            Problem refusal = refusal(e, describe(), rows).orElse(null);
            if (refusal == null && problems.isEmpty()) {
                throw e;
            }
            // After a missing column was assumed, a refusal by Spark says nothing about the pipeline.
            return new Outcome(assumed(rows), problems.isEmpty() ? List.of(Objects.requireNonNull(refusal)) : problems);
        }
    }

    /** The refusal of a step on {@code rows} by Spark's analyzer; empty if {@code error} is another one. */
    static Optional<Problem> refusal(Exception error, String step, Dataset<Row> rows) {
        return SparkRefusal.of(error)
                .map(message -> message.contains("type mismatch")
                        ? new Problem(
                                "via",
                                step,
                                message,
                                "Change the type of the column in an earlier step, or the expression.")
                        : new Problem(
                                "via",
                                step,
                                message + " " + Columns.listed(rows),
                                "Name one of these, or add what is missing in an earlier step."));
    }

    private List<Problem> problems(Dataset<Row> rows) {
        List<Problem> missing = needs().stream()
                .map(need -> need.problem(rows))
                .flatMap(Optional::stream)
                .toList();
        return missing.isEmpty() ? clashes(rows) : missing;
    }

    /** {@code rows} with assumed columns in place of those that are missing or of another type. */
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
