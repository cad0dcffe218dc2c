package io.millrace.core;

import io.millrace.core.internal.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/** Rows of two {@code Dataset}s as one, by the names of their columns. */
final class Union {
    private Union() {}

    static Step with(Dataset<Row> other) {
        String described = "rows " + other.schema().simpleString();
        return Step.of(
                Call.described("union(" + described + ")", other),
                List.of(),
                rows -> problems("union", described, rows, other),
                rows -> rows.unionByName(other));
    }

    /** Why {@code other}, which {@code call} names {@code who}, has not the columns of {@code rows}. */
    static List<Problem> problems(String call, String who, Dataset<Row> rows, Dataset<Row> other) {
        List<Problem> problems = new ArrayList<>();
        if (rows.isStreaming() != other.isStreaming()) {
            problems.add(new Problem(
                    call,
                    who,
                    "these rows are " + kind(other) + ", and the ones before are " + kind(rows)
                            + ", which Spark does not unite",
                    "Read both with spark.readStream(), or both with spark.read()."));
        }
        for (StructField field : rows.schema().fields()) {
            problem(call, field, other).ifPresent(problems::add);
        }
        Arrays.stream(other.schema().fields())
                .filter(field -> Columns.find(rows, field.name()).isEmpty())
                .map(field -> new Problem(
                        call,
                        field.name(),
                        "the rows before have no such column " + Columns.listed(rows),
                        "Drop it from the other rows, or add it to these, such as with withColumn(\"" + field.name()
                                + "\", \"CAST(NULL AS " + field.dataType().sql() + ")\")."))
                .forEach(problems::add);
        return problems;
    }

    private static Optional<Problem> problem(String call, StructField field, Dataset<Row> other) {
        Optional<StructField> found = Columns.find(other, field.name());
        if (found.isEmpty()) {
            return Optional.of(new Problem(
                    call,
                    field.name(),
                    "the other rows have no such column " + Columns.listed(other),
                    "Drop it from the rows before, or add it to the others."));
        }
        // Without nullability, which the result takes from both.
        String type = field.dataType().catalogString();
        String otherType = found.get().dataType().catalogString();
        return type.equals(otherType)
                ? Optional.empty()
                : Optional.of(new Problem(
                        call,
                        field.name(),
                        "the column is " + type + ", but " + otherType + " in the other rows",
                        "Cast one of the two to the type of the other."));
    }

    private static String kind(Dataset<Row> rows) {
        return rows.isStreaming() ? "a stream" : "a batch";
    }
}
