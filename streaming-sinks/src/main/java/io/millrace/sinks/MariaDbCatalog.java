package io.millrace.sinks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what MariaDB's catalog says of a table. */
final class MariaDbCatalog implements Catalog {
    private static final String TABLE = """
            SELECT t.TABLE_SCHEMA, t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED'), t.ENGINE, e.TRANSACTIONS = 'YES'
            FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
            WHERE t.TABLE_SCHEMA = COALESCE(?, DATABASE()) AND t.TABLE_NAME = ?
            """;
    private static final String COLUMNS = """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLLATION_NAME, IS_NULLABLE = 'NO',
                   COLUMN_DEFAULT IS NOT NULL OR EXTRA LIKE '%auto_increment%', EXTRA LIKE '%GENERATED%',
                   EXTRA LIKE '%auto_increment%', FIND_IN_SET('insert', PRIVILEGES) > 0,
                   FIND_IN_SET('update', PRIVILEGES) > 0, FIND_IN_SET('select', PRIVILEGES) > 0
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?
            ORDER BY ORDINAL_POSITION
            """;
    private static final String UNIQUE_INDEXES = """
            SELECT INDEX_NAME, COLUMN_NAME, SUB_PART IS NOT NULL
            FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0
            ORDER BY INDEX_NAME, SEQ_IN_INDEX
            """;

    /** Access to the database, to the table denied. */
    private static final Set<Integer> DENIED = Set.of(1044, 1142);

    private final Connection connection;

    MariaDbCatalog(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Optional<TableShape> table(TableName name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(TABLE)) {
            query.setString(1, name.schema());
            query.setString(2, name.name());
            try (ResultSet found = query.executeQuery()) {
                return found.next()
                        ? Optional.of(shape(new TableName(found.getString(1), name.name()), found))
                        : Optional.empty();
            }
        }
    }

    private TableShape shape(TableName name, ResultSet found) throws SQLException {
        boolean table = found.getBoolean(2);
        return new TableShape(
                name,
                table,
                true,
                mayCreateBeside(name),
                !table || may("DELETE FROM " + MariaDbNames.quoted(name) + " WHERE 1 = 0"),
                true,
                columns(name),
                uniqueIndexes(name),
                !table || found.getBoolean(4) ? List.of() : List.of(noTransactions(name, found.getString(3))));
    }

    private static Flaw noTransactions(TableName name, String engine) {
        return new Flaw(
                "its engine " + engine + " has no transactions, in which a sink writes",
                "ALTER TABLE " + MariaDbNames.quoted(name) + " ENGINE = InnoDB.");
    }

    /** Rights may come from roles within roles: a statement that can only fail tells by its error what they allow. */
    private boolean mayCreateBeside(TableName name) {
        return may("CREATE TABLE " + MariaDbNames.quoted(name.sibling("millrace_never")) + " (a int, a int)");
    }

    private boolean may(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            return !DENIED.contains(e.getErrorCode());
        }
    }

    private List<TableColumn> columns(TableName table) throws SQLException {
        List<TableColumn> columns = new ArrayList<>();
        try (PreparedStatement query = of(COLUMNS, table);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                columns.add(new TableColumn(
                        row.getString(1),
                        new ColumnType(row.getString(2), null, row.getString(3), row.getString(4)),
                        row.getBoolean(5),
                        row.getBoolean(6),
                        row.getBoolean(7),
                        row.getBoolean(8),
                        row.getBoolean(9),
                        row.getBoolean(10),
                        row.getBoolean(11)));
            }
        }
        return columns;
    }

    private List<UniqueIndex> uniqueIndexes(TableName table) throws SQLException {
        Map<String, UniqueIndex> indexes = new LinkedHashMap<>();
        try (PreparedStatement query = of(UNIQUE_INDEXES, table);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                String flaw = row.getBoolean(3) ? "is on a part of a column" : "";
                indexes.merge(
                        row.getString(1),
                        new UniqueIndex(row.getString(1), List.of(row.getString(2)), flaw),
                        UniqueIndex::with);
            }
        }
        return List.copyOf(indexes.values());
    }

    private PreparedStatement of(String sql, TableName table) throws SQLException {
        PreparedStatement query = connection.prepareStatement(sql);
        query.setString(1, table.schema());
        query.setString(2, table.name());
        return query;
    }
}
