package io.millrace.sinks;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A flush on PostgreSQL: rows are copied into a temporary table, and go from there into the table in the order of the
 * key, so that writers on the same keys wait for each other and never in a circle.
 *
 * @param stage creates the temporary table on a connection that does not have it yet
 * @param copy fills it
 * @param merge empties it into the table
 * @param emptyStage makes room for more rows in the same transaction
 */
record PostgresUpsertSql(
        String stage,
        String copy,
        String merge,
        String emptyStage,
        String deleteStage,
        String deleteCopy,
        String delete,
        List<PlannedColumn> columns,
        List<PlannedColumn> deleteColumns)
        implements UpsertSql {
    static PostgresUpsertSql of(TableName table, UpsertRule rule, List<PlannedColumn> columns) {
        Stage upserts = Stage.of(table, columns);
        List<PlannedColumn> deleteColumns = UpsertSql.deleteColumns(rule, columns);
        Stage deletes = Stage.of(table, deleteColumns);
        return new PostgresUpsertSql(
                upserts.create(),
                upserts.copy(),
                merge(table, rule, columns, upserts),
                "TRUNCATE " + upserts.name(),
                deletes.create(),
                deletes.copy(),
                delete(table, rule, columns, deletes),
                columns,
                deleteColumns);
    }

    @Override
    public Flush open() {
        return new PostgresFlush(this);
    }

    static String merge(TableName table, UpsertRule rule, List<PlannedColumn> columns, Stage stage) {
        List<PlannedColumn> keys = keys(columns);
        return "INSERT INTO " + table.quoted() + " AS held (" + joined(columns, PlannedColumn::quoted) + ") SELECT "
                + joined(columns, Codecs::fromStage) + " FROM " + stage.name() + " AS staged ORDER BY "
                + joined(keys, Codecs::fromStage) + " ON CONFLICT (" + joined(keys, PlannedColumn::quoted)
                + ") DO " + action(rule, columns);
    }

    private static String action(UpsertRule rule, List<PlannedColumn> columns) {
        List<PlannedColumn> updated =
                columns.stream().filter(PlannedColumn::updated).toList();
        if (rule.insertOnly() || updated.isEmpty()) {
            return "NOTHING";
        }
        return "UPDATE SET " + joined(updated, column -> column.quoted() + " = " + newValue(rule, column))
                + (rule.version() == null ? "" : " WHERE " + older(rule.version(), "EXCLUDED"));
    }

    private static String newValue(UpsertRule rule, PlannedColumn column) {
        String arrived = "EXCLUDED." + column.quoted();
        return rule.keepOldWhereNull() ? "COALESCE(" + arrived + ", held." + column.quoted() + ")" : arrived;
    }

    /** Rows are locked in the order of the key first: a DELETE alone takes them as it finds them. */
    private static String delete(TableName table, UpsertRule rule, List<PlannedColumn> columns, Stage stage) {
        List<PlannedColumn> keys = keys(columns);
        String guard = rule.version() == null ? "" : " WHERE " + older(rule.version(), "staged");
        return "WITH locked AS (SELECT " + joined(keys, column -> "held." + column.quoted()) + " FROM "
                + table.quoted() + " AS held JOIN " + stage.name() + " AS staged ON "
                + matching(keys, "staged") + guard + " ORDER BY "
                + joined(keys, column -> "held." + column.quoted()) + " FOR UPDATE OF held) DELETE FROM "
                + table.quoted() + " AS held USING locked WHERE "
                + keys.stream()
                        .map(column -> "held." + column.quoted() + " = locked." + column.quoted())
                        .collect(Collectors.joining(" AND "));
    }

    private static String matching(List<PlannedColumn> keys, String alias) {
        return keys.stream()
                .map(column -> "held." + column.quoted() + " = "
                        + Codecs.fromStage(column).replace("staged.", alias + "."))
                .collect(Collectors.joining(" AND "));
    }

    private static String older(String version, String arrived) {
        String column = Identifier.quoted(version);
        return "(held." + column + " IS NULL OR held." + column + " < " + arrived + "." + column + ")";
    }

    private static List<PlannedColumn> keys(List<PlannedColumn> columns) {
        return columns.stream().filter(PlannedColumn::key).toList();
    }

    static String joined(List<PlannedColumn> columns, Function<PlannedColumn, String> each) {
        return columns.stream().map(each).collect(Collectors.joining(", "));
    }

    /** A temporary table that each connection makes once, and that is empty at the start of each transaction. */
    record Stage(String name, String create, String copy) {
        static Stage of(TableName table, List<PlannedColumn> columns) {
            String types = joined(
                    columns, column -> column.quoted() + " " + Codecs.of(column).stagedType());
            String name = "millrace_" + Integer.toHexString((table + types).hashCode());
            return new Stage(
                    "pg_temp." + name,
                    "CREATE TEMPORARY TABLE IF NOT EXISTS " + name + " (" + types + ") ON COMMIT DELETE ROWS",
                    "COPY pg_temp." + name + " FROM STDIN (FORMAT binary)");
        }
    }
}
