package io.millrace.sinks;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A column of the stream that has found its place in the table.
 *
 * @param index where the stream's rows have it
 * @param stream the type of the stream's values
 * @param key whether it is part of the key
 * @param updated whether a known key gets its value
 * @param needed whether an INSERT may be refused because it leaves the column NULL
 * @param comparison how the unique index compares it; null if its type says all, or it is not part of the key
 */
record PlannedColumn(
        int index,
        String name,
        ColumnType type,
        DataType stream,
        boolean key,
        boolean updated,
        boolean needed,
        @Nullable KeyComparison comparison)
        implements Serializable {
    /** The same column of another type. */
    PlannedColumn as(ColumnType other) {
        return new PlannedColumn(index, name, other, stream, key, updated, needed, comparison);
    }

    /** Whether NULL is a key like others. */
    boolean keyMayBeNull() {
        return comparison != null && comparison.nullsEqual();
    }

    static List<PlannedColumn> keys(List<PlannedColumn> columns) {
        return columns.stream().filter(PlannedColumn::key).toList();
    }

    /** The stream's, where all its columns are planned. */
    static StructType schema(List<PlannedColumn> columns) {
        StructType schema = new StructType();
        for (PlannedColumn column : columns) {
            schema = schema.add(column.name(), column.stream());
        }
        return schema;
    }

    /** What {@code each} says of the columns, as a list in SQL. */
    static String joined(List<PlannedColumn> columns, Function<PlannedColumn, String> each) {
        return columns.stream().map(each).collect(Collectors.joining(", "));
    }
}
