package io.millrace.sinks.jdbc.mariadb;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.mariadb.MariaDbNames.quoted;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A flush on MariaDB: rows are inserted directly into the table in the order of the key, so that writers on the same
 * keys wait for each other.
 *
 * @param into the part of the INSERT before the rows or a query for them; {@code end} is the part after them
 * @param deleteFrom the part of the DELETE before its condition
 * @param isRow the condition on the row to delete; its parameters are the values of {@code deleteColumns}
 * @param keys compares and deletes keys that Java cannot compare
 * @param known updates rows that an INSERT would refuse
 */
record MariaDbUpsertSql(
        String into,
        String end,
        String deleteFrom,
        String isRow,
        List<PlannedColumn> columns,
        List<PlannedColumn> deleteColumns,
        MariaDbKeyTable keys,
        MariaDbKnownRows known)
        implements UpsertSql {
    static MariaDbUpsertSql of(TableName table, UpsertSpec spec, List<PlannedColumn> columns) {
        List<PlannedColumn> deleted = Stream.concat(
                        PlannedColumn.keys(columns).stream(),
                        columns.stream().filter(column -> column.name().equals(spec.version())))
                .toList();
        String version = spec.version();
        return new MariaDbUpsertSql(
                into(table, columns),
                " ON DUPLICATE KEY UPDATE " + action(spec, columns),
                "DELETE FROM " + quoted(table),
                isRow(spec, columns),
                columns,
                deleted,
                MariaDbKeyTable.of(
                        table,
                        deleted,
                        version == null ? "" : older("held." + quoted(version), "arrived." + quoted(version))),
                MariaDbKnownRows.of(table, spec, columns));
    }

    /** The same statement without rows. */
    String insertNothing() {
        String nulls = columns.stream().map(column -> "NULL").collect(Collectors.joining(", "));
        return into + "SELECT " + nulls + " FROM DUAL WHERE FALSE" + end;
    }

    String delete() {
        return deleteFrom + " WHERE " + isRow;
    }

    String deleteNothing() {
        return deleteFrom + " WHERE FALSE";
    }

    @Override
    public Flush open() {
        return new MariaDbFlush(this);
    }

    static String into(TableName table, List<PlannedColumn> columns) {
        return "INSERT INTO " + quoted(table) + " (" + joined(columns, MariaDbNames::quoted) + ") ";
    }

    private static String action(UpsertSpec spec, List<PlannedColumn> columns) {
        List<PlannedColumn> updated = inOrderOfUpdate(spec, columns);
        if (spec.isInsertOnly() || updated.isEmpty()) {
            // INSERT IGNORE would also ignore all other errors.
            String key = quoted(spec.keys().get(0));
            return key + " = " + key;
        }
        return joined(
                updated, column -> quoted(column) + " = " + newValue(spec, column, name -> "VALUES(" + name + ")"));
    }

    /** Orders assignments, each of which sees those to its left: the version, which all of them compare, comes last. */
    static List<PlannedColumn> inOrderOfUpdate(UpsertSpec spec, List<PlannedColumn> columns) {
        return columns.stream()
                .filter(PlannedColumn::updated)
                .sorted(Comparator.comparing(column -> column.name().equals(spec.version())))
                .toList();
    }

    /** Writes the new value of a known key; {@code arrived} writes the value of the stream for a column. */
    static String newValue(UpsertSpec spec, PlannedColumn column, UnaryOperator<String> arrived) {
        String held = quoted(column);
        String value =
                spec.keepsOldWhereNull() ? "COALESCE(" + arrived.apply(held) + ", " + held + ")" : arrived.apply(held);
        String version = spec.version() == null ? "" : quoted(spec.version());
        return version.isEmpty()
                ? value
                : "IF(" + older(version, arrived.apply(version)) + ", " + value + ", " + held + ")";
    }

    private static String isRow(UpsertSpec spec, List<PlannedColumn> columns) {
        String keys = PlannedColumn.keys(columns).stream()
                .map(column -> quoted(column) + " = ?")
                .collect(Collectors.joining(" AND "));
        return keys + (spec.version() == null ? "" : " AND " + older(quoted(spec.version()), "?"));
    }

    private static String older(String version, String arrived) {
        return "(" + version + " IS NULL OR " + version + " < " + arrived + ")";
    }
}
