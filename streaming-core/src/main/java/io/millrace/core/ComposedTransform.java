package io.millrace.core;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.SomeRows;
import io.millrace.core.internal.StreamingPlan;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Transforms one after the other. */
record ComposedTransform(List<Transform> steps) implements Transform, SomeRows {
    static ComposedTransform of(Transform first, Transform next) {
        Arguments.required("andThen", "next", next);
        return new ComposedTransform(
                Stream.of(first, next).flatMap(ComposedTransform::steps).toList());
    }

    private static Stream<Transform> steps(Transform transform) {
        return transform instanceof ComposedTransform composed ? composed.steps().stream() : Stream.of(transform);
    }

    @Override
    public Dataset<Row> apply(Dataset<Row> rows) {
        Dataset<Row> transformed = rows;
        for (Transform step : steps) {
            transformed = step.apply(transformed);
        }
        return transformed;
    }

    /** That of its first steps, up to one that is not known to only leave rows out, or that changes columns. */
    @Override
    public Optional<Column> condition(Dataset<Row> rows) {
        Optional<Column> all = Optional.empty();
        Dataset<Row> left = rows;
        for (Transform step : steps) {
            Optional<Column> next =
                    hasColumnsOf(rows, left) && step instanceof SomeRows some ? some.condition(left) : Optional.empty();
            if (next.isEmpty()) {
                break;
            }
            all = Optional.of(all.map(before -> before.and(next.get())).orElseGet(next::get));
            left = step.apply(left);
        }
        return all;
    }

    /** Whether all columns of {@code left} are columns of {@code rows}, and not others of the same names. */
    private static boolean hasColumnsOf(Dataset<Row> rows, Dataset<Row> left) {
        return StreamingPlan.columnsOf(rows).containsAll(StreamingPlan.columnsOf(left));
    }

    @Override
    public String describe() {
        return steps.stream().map(Transform::describe).collect(Collectors.joining(", then "));
    }

    @Override
    public String toString() {
        return describe();
    }
}
