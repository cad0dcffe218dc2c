package io.millrace.core;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.json.JsonDocument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Rows as the Kafka sink takes them. In: the columns named, or all. Out, and nothing else: {@code value}, a JSON
 * document as a string, and {@code key}, a string, if one is asked for. A column that is NULL is left out of the
 * document. Timestamps are in UTC with six digits of a second, {@code 2026-01-01T12:00:00.123456Z}, in key and value.
 * Immutable: every call returns a copy.
 *
 * <pre>{@code Transforms.toJson("zip", "count").keyedBy("zip")}</pre>
 */
public final class ToJson extends Step {
    private final List<String> columns;
    private final Optional<String> key;

    ToJson(List<String> columns, Optional<String> key) {
        this.columns = columns;
        this.key = key;
    }

    /** Adds {@code key}, this column as text: rows of one key go to one partition. Default no key. */
    public ToJson keyedBy(String column) {
        return new ToJson(columns, Optional.of(Arguments.required("keyedBy", "column", column)));
    }

    @Override
    public String describe() {
        return "toJson(" + String.join(", ", columns) + ")"
                + key.map(column -> ".keyedBy(" + column + ")").orElse("");
    }

    @Override
    Object key() {
        return List.of(columns, key);
    }

    @Override
    List<ColumnNeed> needs() {
        List<ColumnNeed> needs = new ArrayList<>();
        columns.forEach(column -> needs.add(ColumnNeed.any("toJson", column)));
        key.ifPresent(column -> needs.add(ColumnNeed.plain("keyedBy", column)));
        return needs;
    }

    @Override
    List<Problem> clashes(Dataset<Row> rows) {
        return JsonDocument.problem(
                        "toJson",
                        columns.isEmpty()
                                ? rows.schema()
                                : rows.select(fields(rows)).schema())
                .stream()
                .map(problem -> problem.as(Problem::new))
                .toList();
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        Stream<Column> keys = key.stream().map(column -> text(rows, column).as("key"));
        return rows.select(Stream.concat(
                        keys, Stream.of(JsonDocument.of(rows, fields(rows)).as("value")))
                .toArray(Column[]::new));
    }

    private Column[] fields(Dataset<Row> rows) {
        return columns.isEmpty()
                ? Arrays.stream(rows.columns())
                        .map(name -> Columns.named(rows, name))
                        .toArray(Column[]::new)
                : ColumnReference.in(rows, ColumnReference.named(columns));
    }

    private static Column text(Dataset<Row> rows, String column) {
        Column key = Columns.at(rows, column);
        DataType type = rows.select(key).schema().fields()[0].dataType();
        return JsonDocument.isTime(type) ? JsonDocument.text(key) : key.cast(DataTypes.StringType);
    }
}
