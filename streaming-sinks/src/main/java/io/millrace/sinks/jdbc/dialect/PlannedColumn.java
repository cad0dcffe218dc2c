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
 * A column of the stream with its column of the table.
 *
 * @param index its index in the stream's rows
 * @param stream the type of the stream's values
 * @param comparison how the unique index compares it; null if its type determines that, or if it is not part of the key
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
    /** The role of a column in the statements. */
    public enum Role {
        KEY,
        /** An upsert updates it in the row of a known key. */
        UPDATED,
        /** The table may refuse an INSERT that leaves it NULL. */
        NEEDED
    }

    /** How values are sent to the server. */
    public enum Transfer {
        /** As values of the column's type. */
        NATIVE,
        /** As text, which the server parses when it assigns it. */
        AS_TEXT,
        /** As values of the column's type if the server certainly accepts them, and otherwise as NULL. */
        NATIVE_IF_VALID
    }

    /** Returns the same column with another transfer. */
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

    /** Whether NULL is a key like any other. */
    public boolean keyMayBeNull() {
        return comparison != null && comparison.nullsEqual();
    }

    public static List<PlannedColumn> keys(List<PlannedColumn> columns) {
        return columns.stream().filter(PlannedColumn::key).toList();
    }

    /** The type of the stream's rows, if all its columns are planned. */
    public static StructType schema(List<PlannedColumn> columns) {
        StructType schema = new StructType();
        for (PlannedColumn column : columns) {
            schema = schema.add(column.name(), column.stream());
        }
        return schema;
    }

    /** Applies {@code each} to the columns and joins the results to a list in SQL. */
    public static String joined(List<PlannedColumn> columns, Function<PlannedColumn, String> each) {
        return columns.stream().map(each).collect(Collectors.joining(", "));
    }
}
