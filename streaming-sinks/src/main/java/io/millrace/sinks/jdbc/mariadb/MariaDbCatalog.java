package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.SqlFunction;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.TableUse;
import io.millrace.sinks.jdbc.dialect.UniqueIndex;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads tables from MariaDB's catalog. */
final class MariaDbCatalog implements Catalog {
    private static final String TABLE = """
            SELECT t.TABLE_SCHEMA, t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED'), t.ENGINE, e.TRANSACTIONS = 'YES'
            FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
            WHERE t.TABLE_SCHEMA = COALESCE(?, DATABASE()) AND t.TABLE_NAME = ?
            """;
    private static final String COLUMNS = """
            SELECT DATA_TYPE, COLUMN_TYPE, COLLATION_NAME, COLUMN_NAME AS name, IS_NULLABLE = 'NO' AS is_not_null,
                   COLUMN_DEFAULT IS NOT NULL OR EXTRA LIKE '%auto_increment%' AS is_filled,
                   EXTRA LIKE '%GENERATED%' AS is_generated, 0 AS is_fixed,
                   IS_NULLABLE = 'NO' AS is_needed, EXTRA LIKE '%auto_increment%' AS is_counted,
                   FIND_IN_SET('insert', PRIVILEGES) > 0 AS may_insert,
                   FIND_IN_SET('update', PRIVILEGES) > 0 AS may_update,
                   FIND_IN_SET('select', PRIVILEGES) > 0 AS may_select
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?
            ORDER BY ORDINAL_POSITION
            """;
    private static final String UNIQUE_INDEXES = """
            SELECT INDEX_NAME, COLUMN_NAME, SUB_PART IS NOT NULL
            FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0
            ORDER BY INDEX_NAME, SEQ_IN_INDEX
            """;

    private static final String SIMILAR = """
            SELECT CASE WHEN TABLE_SCHEMA = DATABASE() AND LOCATE('.', meant) = 0 THEN NULL ELSE TABLE_SCHEMA END,
                   TABLE_NAME
            FROM information_schema.TABLES, (SELECT LOWER(REPLACE(REPLACE(?, '"', ''), '`', '')) AS meant) names
            WHERE TABLE_TYPE = 'BASE TABLE'
              AND meant IN (LOWER(TABLE_NAME), LOWER(CONCAT(TABLE_SCHEMA, '.', TABLE_NAME)))
            ORDER BY TABLE_SCHEMA <> DATABASE(), 1, 2 LIMIT 3
            """;

    /** Error codes: access to the database or to the table is denied. */
    private static final Set<Integer> DENIED = Set.of(1044, 1142);

    private final Connection connection;

    MariaDbCatalog(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Optional<TableShape> table(TableName name) throws SQLException {
        return Sql.rows(
                        connection,
                        TABLE,
                        found -> shape(new TableName(found.getString(1), name.name()), found),
                        name.schema(),
                        name.name())
                .stream()
                .findFirst();
    }

    @Override
    public List<TableName> similar(TableName name) throws SQLException {
        return Sql.rows(
                connection, SIMILAR, found -> new TableName(found.getString(1), found.getString(2)), name.toString());
    }

    @Override
    public Optional<Boolean> mayCreate(TableName name) throws SQLException {
        return schema(name).map(schema -> mayCreateInSchemaOf(name, "TABLE "));
    }

    @Override
    public Optional<String> schema(TableName name) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
                                + " WHERE SCHEMA_NAME = COALESCE(?, DATABASE())",
                        found -> found.getString(1),
                        name.schema())
                .stream()
                .findFirst();
    }

    @Override
    public boolean mayAlter(TableName table) {
        return may(
                "ALTER TABLE " + MariaDbNames.quoted(table) + " ADD COLUMN (millrace_never int, millrace_never int)");
    }

    @Override
    public List<Flaw> obstacles(TableName name, TableUse use) {
        return List.of();
    }

    @Override
    public List<Flaw> notes(TableName name, TableUse use) throws SQLException {
        return MariaDbCounter.notes(connection, name, use);
    }

    private TableShape shape(TableName name, ResultSet found) throws SQLException {
        boolean table = found.getBoolean(2);
        return new TableShape(
                name,
                table,
                rights(name, table),
                ask(COLUMNS, MariaDbCatalog::column, name),
                uniqueIndexes(name),
                !table || found.getBoolean(4) ? List.of() : List.of(noTransactions(name, found.getString(3))));
    }

    private Set<TableShape.Right> rights(TableName name, boolean table) {
        Set<TableShape.Right> rights = EnumSet.of(TableShape.Right.USE_SCHEMA);
        if (mayCreateInSchemaOf(name, "TABLE ")) {
            rights.add(TableShape.Right.CREATE);
        }
        if (!table || may("DELETE FROM " + MariaDbNames.quoted(name) + " WHERE 1 = 0")) {
            rights.add(TableShape.Right.DELETE);
        }
        if (mayCreateInSchemaOf(name, "TEMPORARY TABLE ")) {
            rights.add(TableShape.Right.STAGE);
        }
        return rights;
    }

    private static Flaw noTransactions(TableName name, String engine) {
        return new Flaw(
                "its engine " + engine + " has no transactions, which the sinks need",
                "ALTER TABLE " + MariaDbNames.quoted(name) + " ENGINE = InnoDB.");
    }

    /** Tests a right by the error of a statement that always fails, since rights may come from nested roles. */
    private boolean mayCreateInSchemaOf(TableName name, String what) {
        return may("CREATE " + what + MariaDbNames.quoted(name.sibling("millrace_never")) + " (a int, a int)");
    }

    private boolean may(String sql) {
        try {
            Sql.execute(connection, sql);
            return true;
        } catch (SQLException e) {
            return !DENIED.contains(e.getErrorCode());
        }
    }

    private static TableColumn column(ResultSet row) throws SQLException {
        return TableColumn.of(row, new ColumnType(row.getString(1), null, row.getString(2), row.getString(3)));
    }

    private List<UniqueIndex> uniqueIndexes(TableName table) throws SQLException {
        Map<String, UniqueIndex> indexes = new LinkedHashMap<>();
        for (UniqueIndex part : ask(UNIQUE_INDEXES, MariaDbCatalog::partOfIndex, table)) {
            indexes.merge(part.name(), part, UniqueIndex::with);
        }
        return List.copyOf(indexes.values());
    }

    private static UniqueIndex partOfIndex(ResultSet row) throws SQLException {
        return new UniqueIndex(
                row.getString(1), List.of(row.getString(2)), row.getBoolean(3) ? "is on a part of a column" : "");
    }

    private <T> List<T> ask(String sql, SqlFunction<ResultSet, T> reader, TableName table) throws SQLException {
        return Sql.rows(connection, sql, reader, table.schema(), table.name());
    }
}
