package io.millrace.sinks;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The statements of an upsert: rows are copied into a temporary table, then merged in the order of the key, so that
 * writers on the same keys wait for each other and never in a circle.
 */
record PostgresUpsertSql(String stage, String copy, String merge) implements Serializable {
    static PostgresUpsertSql of(TableName table, List<PlannedColumn> columns) {
        String columnTypes =
                joined(columns, column -> column.quoted() + " " + column.codec().stagedType());
        String stage = "pg_temp.millrace_" + Integer.toHexString((table + columnTypes).hashCode());
        return new PostgresUpsertSql(
                "CREATE TEMPORARY TABLE IF NOT EXISTS " + stage.substring("pg_temp.".length()) + " (" + columnTypes
                        + ") ON COMMIT DELETE ROWS",
                "COPY " + stage + " FROM STDIN (FORMAT binary)",
                merge(table, columns, stage));
    }

    private static String merge(TableName table, List<PlannedColumn> columns, String stage) {
        List<PlannedColumn> keys = columns.stream().filter(PlannedColumn::key).toList();
        List<PlannedColumn> values =
                columns.stream().filter(column -> !column.key()).toList();
        return "INSERT INTO " + table.quoted() + " (" + joined(columns, PlannedColumn::quoted) + ") SELECT "
                + joined(columns, PlannedColumn::fromStage) + " FROM " + stage + " AS staged ORDER BY "
                + joined(keys, PlannedColumn::fromStage) + " ON CONFLICT (" + joined(keys, PlannedColumn::quoted)
                + ") DO "
                + (values.isEmpty()
                        ? "NOTHING"
                        : "UPDATE SET " + joined(values, column -> column.quoted() + " = EXCLUDED." + column.quoted()));
    }

    private static String joined(List<PlannedColumn> columns, Function<PlannedColumn, String> each) {
        return columns.stream().map(each).collect(Collectors.joining(", "));
    }
}
