package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
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
 * @param comparison how the unique index compares it; null if its type says all, or it is not part of the key
 * @param transfer how its values get to the server
 */
public record PlannedColumn(
        int index,
        String name,
        ColumnType type,
        DataType stream,
        Set<Role> roles,
        @Nullable KeyComparison comparison,
        Transfer transfer)
        implements Serializable {
    /** What a column is to the statements. */
    public enum Role {
        KEY,
        /** A known key gets its value. */
        UPDATED,
        /** An INSERT may be refused because it leaves the column NULL. */
        NEEDED
    }

    /** How values get to the server. */
    public enum Transfer {
        /** As values of the column's type. */
        NATIVE,
        /** As text, which the server reads when it assigns it. */
        AS_TEXT,
        /** As values of the column's type if the server is sure to take them, or else as NULL. */
        NATIVE_IF_VALID
    }

    /** The same column, whose values get to the server otherwise. */
    public PlannedColumn by(Transfer other) {
        return new PlannedColumn(index, name, type, stream, roles, comparison, other);
    }

    public boolean key() {
        return roles.contains(Role.KEY);
    }

    public boolean updated() {
        return roles.contains(Role.UPDATED);
    }

    public boolean needed() {
        return roles.contains(Role.NEEDED);
    }

    /** Whether NULL is a key like others. */
    public boolean keyMayBeNull() {
        return comparison != null && comparison.nullsEqual();
    }

    public static List<PlannedColumn> keys(List<PlannedColumn> columns) {
        return columns.stream().filter(PlannedColumn::key).toList();
    }

    /** The stream's, if all its columns are planned. */
    public static StructType schema(List<PlannedColumn> columns) {
        StructType schema = new StructType();
        for (PlannedColumn column : columns) {
            schema = schema.add(column.name(), column.stream());
        }
        return schema;
    }

    /** What {@code each} says of the columns, as a list in SQL. */
    public static String joined(List<PlannedColumn> columns, Function<PlannedColumn, String> each) {
        return columns.stream().map(each).collect(Collectors.joining(", "));
    }
}
