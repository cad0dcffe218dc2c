package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Rows as Kafka takes them. In: the columns named, or all. Out, and nothing else: {@code value}, a JSON document as a
 * string, and {@code key}, a string, where one is asked for. A column that is NULL is left out of the document.
 * Immutable: every call returns a copy.
 *
 * <pre>{@code Transforms.toJson("zip", "count").keyedBy("zip")}</pre>
 */
public final class ToJson extends Step {
    private final List<String> columns;
    private final Optional<String> key;

    ToJson(List<String> columns, Optional<String> key) {
        this.columns = List.copyOf(columns);
        this.key = key;
    }

    /** Adds {@code key}, this column as text: rows of one key go to one partition. Default no key. */
    public ToJson keyedBy(String column) {
        return new ToJson(columns, Optional.of(column));
    }

    @Override
    public String describe() {
        return "toJson(" + String.join(", ", columns) + ")"
                + key.map(column -> ".keyedBy(" + column + ")").orElse("");
    }

    @Override
    List<ColumnNeed> needs() {
        List<ColumnNeed> needs = new ArrayList<>();
        columns.forEach(column -> needs.add(ColumnNeed.any("toJson", column)));
        key.ifPresent(column -> needs.add(ColumnNeed.any("keyedBy", column)));
        return needs;
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        Column[] fields = columns.isEmpty()
                ? new Column[] {col("*")}
                : columns.stream().map(functions::col).toArray(Column[]::new);
        Stream<Column> keys = key.stream()
                .map(column -> col(column).cast(DataTypes.StringType).as("key"));
        return rows.select(Stream.concat(keys, Stream.of(to_json(struct(fields)).as("value")))
                .toArray(Column[]::new));
    }
}
