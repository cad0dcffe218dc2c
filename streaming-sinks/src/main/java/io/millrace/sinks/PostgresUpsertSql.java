package io.millrace.sinks;

import static io.millrace.sinks.PlannedColumn.joined;
import static io.millrace.sinks.PostgresNames.quoted;

import java.io.Serializable;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A flush on PostgreSQL: rows come as arrays or are copied into a temporary table, and go from there into the table in
 * the order of the key, so that writers on the same keys wait for each other and never in a circle.
 */
record PostgresUpsertSql(Way upserts, Way deletes) implements UpsertSql {
    static PostgresUpsertSql of(TableName table, UpsertRule rule, List<PlannedColumn> columns) {
        List<PlannedColumn> deleted = UpsertSql.deleteColumns(rule, columns);
        return new PostgresUpsertSql(
                Way.of(table, columns, source -> merge(table, rule, columns, source)),
                Way.of(table, deleted, source -> delete(table, rule, columns, source)));
    }

    @Override
    public Flush open() {
        return new PostgresFlush(this);
    }

    private static String merge(TableName table, UpsertRule rule, List<PlannedColumn> columns, String source) {
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        return "INSERT INTO " + quoted(table) + " AS held (" + joined(columns, PostgresNames::quoted) + ") SELECT "
                + joined(columns, PostgresCodecs::fromStage) + " FROM " + source + " ORDER BY "
                + joined(keys, PostgresCodecs::fromStage) + " ON CONFLICT (" + joined(keys, PostgresNames::quoted)
                + ") DO " + action(rule, columns);
    }

    private static String action(UpsertRule rule, List<PlannedColumn> columns) {
        List<PlannedColumn> updated =
                columns.stream().filter(PlannedColumn::updated).toList();
        if (rule.insertOnly() || updated.isEmpty()) {
            return "NOTHING";
        }
        return "UPDATE SET " + joined(updated, column -> quoted(column) + " = " + newValue(rule, column))
                + (rule.version() == null ? "" : " WHERE " + older(rule.version(), "EXCLUDED"));
    }

    private static String newValue(UpsertRule rule, PlannedColumn column) {
        String arrived = "EXCLUDED." + quoted(column);
        return rule.keepOldWhereNull() ? "COALESCE(" + arrived + ", held." + quoted(column) + ")" : arrived;
    }

    /** Rows are locked in the order of the key first: a DELETE alone takes them as it finds them. */
    private static String delete(TableName table, UpsertRule rule, List<PlannedColumn> columns, String source) {
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        String guard = rule.version() == null ? "" : " WHERE " + older(rule.version(), "staged");
        return "WITH locked AS (SELECT " + joined(keys, column -> "held." + quoted(column)) + " FROM "
                + quoted(table) + " AS held JOIN " + source + " ON "
                + matching(keys, "staged") + guard + " ORDER BY "
                + joined(keys, column -> "held." + quoted(column)) + " FOR UPDATE OF held) DELETE FROM "
                + quoted(table) + " AS held USING locked WHERE "
                + keys.stream()
                        .map(column -> "held." + quoted(column) + " = locked." + quoted(column))
                        .collect(Collectors.joining(" AND "));
    }

    private static String matching(List<PlannedColumn> keys, String alias) {
        return keys.stream()
                .map(column -> "held." + quoted(column) + " = "
                        + PostgresCodecs.fromStage(column).replace("staged.", alias + "."))
                .collect(Collectors.joining(" AND "));
    }

    private static String older(String version, String arrived) {
        String column = quoted(version);
        return "(held." + column + " IS NULL OR held." + column + " < " + arrived + "." + column + ")";
    }

    /**
     * How rows of these columns get to the server, and what is then done with them.
     *
     * @param stage creates a temporary table on a connection that does not have it yet, empty in each transaction
     * @param copy fills it
     * @param fromStage empties it into the table
     * @param emptyStage makes room for more rows in the same transaction
     * @param fromArrays takes an array for each column instead; null where a column holds arrays itself
     */
    record Way(
            List<PlannedColumn> columns,
            String stage,
            String copy,
            String fromStage,
            String emptyStage,
            @Nullable String fromArrays)
            implements Serializable {
        static Way of(TableName table, List<PlannedColumn> columns, UnaryOperator<String> statement) {
            String types = joined(
                    columns,
                    column -> quoted(column) + " " + PostgresCodecs.of(column).stagedType());
            String name = "millrace_" + Integer.toHexString((table + types).hashCode());
            String arrays = "unnest(" + joined(columns, column -> "?") + ") AS staged ("
                    + joined(columns, PostgresNames::quoted) + ")";
            return new Way(
                    columns,
                    "CREATE TEMPORARY TABLE IF NOT EXISTS " + name + " (" + types + ") ON COMMIT DELETE ROWS",
                    "COPY pg_temp." + name + " FROM STDIN (FORMAT binary)",
                    statement.apply("pg_temp." + name + " AS staged"),
                    "TRUNCATE pg_temp." + name,
                    columns.stream().allMatch(PostgresArray::holds) ? statement.apply(arrays) : null);
        }
    }
}
