package io.millrace.sinks.jdbc.mariadb;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.mariadb.MariaDbNames.quoted;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * A temporary table of keys with the types of the target table and a unique index. It finds equal keys and the rows
 * that they belong to, whatever a type rounds, pads or folds, and refuses what the table would. Neither creating nor
 * dropping it commits; TRUNCATE would.
 *
 * @param row the column for the number of a row; {@code same} is that for the numbers of all later rows of its key
 * @param columns the keys, and the version if deletes go by it
 */
record MariaDbKeyTable(
        TableName table, TableName keyTable, String row, String same, List<PlannedColumn> columns, String guard)
        implements Serializable {
    /**
     * @param older the condition that a row of the table, {@code held}, is older than that of the key table; may be
     *     empty
     */
    static MariaDbKeyTable of(TableName table, List<PlannedColumn> columns, String older) {
        String name = table.name().equalsIgnoreCase("millrace_keys") ? "millrace_keys_" : "millrace_keys";
        return new MariaDbKeyTable(
                table,
                table.sibling(name),
                MariaDbNames.unlike("millrace_row", columns),
                MariaDbNames.unlike("millrace_same", columns),
                columns,
                older.isEmpty() ? "" : " AND " + older);
    }

    /** Returns for each row the number of the first row with its key. */
    int[] sameKeys(Connection connection, List<Row> rows) throws SQLException {
        int[] numbers = IntStream.range(0, rows.size()).toArray();
        fill(connection, PlannedColumn.keys(columns), rows);
        List<String[]> found = Sql.rows(
                connection,
                "SELECT " + row + ", " + same + " FROM " + quoted(keyTable) + " WHERE " + same + " <> ''",
                key -> new String[] {key.getString(1), key.getString(2)});
        for (String[] key : found) {
            for (String later : key[1].strip().split(" ", -1)) {
                numbers[Integer.parseInt(later)] = Integer.parseInt(key[0]);
            }
        }
        drop(connection);
        return numbers;
    }

    /** Deletes the rows of the table that have one of these keys. */
    void delete(Connection connection, List<Row> rows) throws SQLException {
        fill(connection, columns, rows);
        Sql.execute(
                connection,
                "DELETE held FROM " + quoted(keyTable) + " AS arrived STRAIGHT_JOIN " + quoted(table) + " AS held ON "
                        + PlannedColumn.keys(columns).stream()
                                .map(column -> "held." + quoted(column) + " = arrived." + quoted(column))
                                .collect(Collectors.joining(" AND "))
                        + guard);
        drop(connection);
    }

    private void fill(Connection connection, List<PlannedColumn> given, List<Row> rows) throws SQLException {
        Sql.execute(
                connection,
                "CREATE OR REPLACE TEMPORARY TABLE " + quoted(keyTable) + " (" + joined(columns, MariaDbKeyTable::typed)
                        + ", " + row + " bigint NOT NULL, " + same + " longtext NOT NULL DEFAULT '', UNIQUE ("
                        + joined(PlannedColumn.keys(columns), MariaDbNames::quoted) + ")) ENGINE = InnoDB");
        String into =
                "INSERT INTO " + quoted(keyTable) + " (" + joined(given, MariaDbNames::quoted) + ", " + row + ") ";
        String note = " ON DUPLICATE KEY UPDATE " + same + " = CONCAT(" + same + ", ' ', VALUES(" + row + "))";
        new MariaDbInsert(into, note, given, 1).send(connection, rows.iterator());
    }

    private void drop(Connection connection) throws SQLException {
        Sql.execute(connection, "DROP TEMPORARY TABLE " + quoted(keyTable));
    }

    private static String typed(PlannedColumn column) {
        return MariaDbNames.typed(column) + (column.key() ? " NOT NULL" : " NULL");
    }
}
