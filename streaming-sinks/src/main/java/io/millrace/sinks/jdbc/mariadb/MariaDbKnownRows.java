package io.millrace.sinks.jdbc.mariadb;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.mariadb.MariaDbNames.quoted;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * Updates rows of known keys that have NULL for a NOT NULL column and keep the old value. An INSERT would be refused
 * before the server checks the key, so they are updated first.
 *
 * @param parameters the columns whose values are the parameters of {@code update}
 * @param needed columns that an INSERT may not leave NULL; none if every column of a known key is updated
 */
record MariaDbKnownRows(String update, List<PlannedColumn> parameters, List<PlannedColumn> needed)
        implements Serializable {
    static MariaDbKnownRows of(TableName table, UpsertSpec spec, List<PlannedColumn> columns) {
        List<PlannedColumn> updated = MariaDbUpsertSql.inOrderOfUpdate(spec, columns);
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        boolean partial = spec.isPartial() && !updated.isEmpty();
        Stream<PlannedColumn> version =
                columns.stream().filter(column -> column.name().equals(spec.version()));
        List<PlannedColumn> before = version.toList();
        return new MariaDbKnownRows(
                "UPDATE " + quoted(table) + " SET "
                        + joined(
                                updated,
                                column ->
                                        quoted(column) + " = " + MariaDbUpsertSql.newValue(spec, column, other -> "?"))
                        + " WHERE "
                        + keys.stream().map(key -> quoted(key) + " = ?").collect(Collectors.joining(" AND ")),
                Stream.concat(
                                updated.stream().flatMap(column -> Stream.concat(before.stream(), Stream.of(column))),
                                keys.stream())
                        .toList(),
                columns.stream()
                        .filter(column -> partial && !column.key() && column.needed())
                        .toList());
    }

    boolean mayBe(Row row) {
        return needed.stream().anyMatch(column -> row.isNullAt(column.index()));
    }

    /** Updates the rows whose keys the table has; returns all others. */
    List<Row> update(Connection connection, List<Row> rows) throws SQLException {
        List<Row> incomplete = rows.stream().filter(this::mayBe).toList();
        if (incomplete.isEmpty()) {
            return rows;
        }
        List<Row> others =
                new ArrayList<>(rows.stream().filter(row -> !mayBe(row)).toList());
        int[] found = found(connection, incomplete);
        for (int index = 0; index < found.length; index++) {
            if (found[index] == 0) {
                others.add(incomplete.get(index));
            }
        }
        return others;
    }

    /** Returns for each row how many rows of the table have its key. */
    private int[] found(Connection connection, List<Row> rows) throws SQLException {
        List<MariaDbValue> values = MariaDbValue.of(parameters);
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            for (Row row : rows) {
                for (int index = 0; index < values.size(); index++) {
                    statement.setObject(index + 1, values.get(index).in(row));
                }
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }
}
