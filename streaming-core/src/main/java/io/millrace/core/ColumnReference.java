package io.millrace.core;

import io.millrace.core.internal.Columns;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A column that a step takes: by its name, or as an expression.
 *
 * @param text the name, a path into a struct, or the expression in words
 * @param expression the expression; empty if the column is named
 */
record ColumnReference(String text, Optional<Column> expression) {
    static ColumnReference named(String name) {
        return new ColumnReference(name, Optional.empty());
    }

    static List<ColumnReference> named(List<String> names) {
        return names.stream().map(ColumnReference::named).toList();
    }

    static List<ColumnReference> of(List<Column> columns) {
        return columns.stream()
                .map(column -> new ColumnReference(column.toString(), Optional.of(column)))
                .toList();
    }

    /** The columns that {@code call} takes by name: Spark reports what an expression lacks. */
    static List<ColumnNeed> needs(String call, List<ColumnReference> columns) {
        return columns.stream()
                .filter(column -> column.expression().isEmpty())
                .map(column -> ColumnNeed.any(call, column.text()))
                .toList();
    }

    static Column[] in(Dataset<Row> rows, List<ColumnReference> columns) {
        return columns.stream().map(column -> column.in(rows)).toArray(Column[]::new);
    }

    Column in(Dataset<Row> rows) {
        return expression.orElseGet(() -> Columns.at(rows, text));
    }

    /** What is compared: an expression is not equal to a name. */
    static List<Object> keys(List<ColumnReference> columns) {
        return Call.keys(columns.stream().map(ColumnReference::said).toList());
    }

    private Object said() {
        return expression.isPresent() ? expression.get() : text;
    }

    @Override
    public String toString() {
        return text;
    }
}
