package io.millrace.core;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.SparkRefusal;
import io.millrace.core.internal.StreamingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The names of the columns that a step adds. Spark accepts two of one name, and refuses later steps that read one. */
final class ColumnNames {
    private final boolean isCaseSensitive;
    private final List<String> taken;

    /** {@code taken} are the names that the step itself uses, also inside of its plan. */
    ColumnNames(Dataset<Row> rows, Collection<String> taken) {
        isCaseSensitive = Columns.isCaseSensitive(rows.sparkSession());
        this.taken = new ArrayList<>(taken);
    }

    /** A problem for each of {@code names}, the columns that {@code call} adds, that is taken already. */
    List<Problem> take(String call, List<String> names, String hint) {
        List<Problem> clashes = new ArrayList<>();
        for (String name : names) {
            if (has(name)) {
                clashes.add(new Problem(call, name, "two columns would be named " + name, hint));
            }
            taken.add(name);
        }
        return clashes;
    }

    /** As {@link #take}, for columns of {@code rows}. */
    List<Problem> takeColumns(String call, Dataset<Row> rows, List<ColumnReference> columns) {
        List<String> names = columns.stream()
                .flatMap(column -> of(rows, column.in(rows)).stream())
                .toList();
        return take(call, names, "Rename yours in an earlier step, such as with rename(\"x\", \"my_x\").");
    }

    /** The name that Spark gives {@code column}; empty if it refuses the column. */
    static Optional<String> of(Dataset<Row> rows, Column column) {
        return SparkRefusal.unlessRefused(() -> rows.select(column).columns()[0]);
    }

    /** Refuses to add a column whose name is the path of a field of a struct, which would stay as it is. */
    static Optional<Problem> problemOfPath(String call, String name, Dataset<Row> rows) {
        boolean isPath = name.contains(".")
                && Columns.find(rows, name).isEmpty()
                && of(rows, functions.col(name)).isPresent();
        return isPath
                ? Optional.of(new Problem(
                        call,
                        name,
                        "this is a field of a struct, and the new column would stand beside the struct under this name",
                        "Give it a name without a dot, or change the struct with its withField."))
                : Optional.empty();
    }

    /** Refuses to replace the column of the watermark, which Spark would lose without saying so. */
    static Optional<Problem> problemOfWatermark(String call, String name, Dataset<Row> rows) {
        return Columns.find(rows, name)
                .filter(field -> rows.isStreaming() && StreamingPlan.isEventTime(field))
                .map(field -> new Problem(
                        call,
                        name,
                        "this replaces the column of the watermark, which would be lost",
                        "Do this before withWatermark(...)."));
    }

    /** The columns of {@code rows} except {@code column}. */
    static List<String> others(Dataset<Row> rows, String column) {
        ColumnNames same = new ColumnNames(rows, List.of(column));
        return Arrays.stream(rows.columns()).filter(other -> !same.has(other)).toList();
    }

    /** Whether {@code name} is taken. */
    boolean has(String name) {
        return taken.stream().anyMatch(other -> isSame(name, other));
    }

    private boolean isSame(String name, String other) {
        return isCaseSensitive ? name.equals(other) : name.equalsIgnoreCase(other);
    }
}
