package io.millrace.sinks;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what PostgreSQL's catalog says of a table. */
final class PostgresCatalog implements Catalog {
    private static final String TABLE = """
            SELECT c.oid, n.nspname, c.relkind IN ('r', 'p'),
                   has_schema_privilege(n.oid, 'USAGE'), has_schema_privilege(n.oid, 'CREATE'),
                   has_table_privilege(c.oid, 'DELETE'), has_database_privilege(current_database(), 'TEMPORARY')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND CASE WHEN ?::text IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = ?::text END
            """;
    private static final String COLUMNS = """
            SELECT a.attname, coalesce(base.typname, type.typname), element.typname,
                   format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   a.atthasdef OR a.attidentity <> '', a.attgenerated <> '' OR a.attidentity = 'a',
                   a.attidentity <> '',
                   has_column_privilege(a.attrelid, a.attnum, 'INSERT'),
                   has_column_privilege(a.attrelid, a.attnum, 'UPDATE'),
                   has_column_privilege(a.attrelid, a.attnum, 'SELECT')
            FROM pg_attribute a
            JOIN pg_type type ON type.oid = a.atttypid
            LEFT JOIN pg_type base ON base.oid = type.typbasetype
            LEFT JOIN pg_type element ON element.oid = type.typelem AND type.typcategory = 'A'
            WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
            """;
    private static final String UNIQUE_INDEXES = """
            SELECT i.relname, array_agg(a.attname::text),
                   CASE WHEN NOT x.indisvalid OR NOT x.indisready THEN 'is not valid'
                        WHEN NOT x.indimmediate THEN 'is deferrable'
                        WHEN x.indpred IS NOT NULL THEN 'is partial'
                        WHEN x.indexprs IS NOT NULL THEN 'is on expressions'
                        ELSE '' END
            FROM pg_index x
            JOIN pg_class i ON i.oid = x.indexrelid
            JOIN pg_attribute a ON a.attrelid = x.indrelid
                               AND a.attnum = ANY ((x.indkey::int2[])[0 : x.indnkeyatts - 1])
            WHERE x.indrelid = ? AND x.indisunique
            GROUP BY i.relname, x.indexrelid, x.indisvalid, x.indisready, x.indimmediate, x.indpred IS NOT NULL,
                     x.indexprs IS NOT NULL
            ORDER BY i.relname
            """;

    private final Connection connection;

    PostgresCatalog(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Optional<TableShape> table(TableName name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(TABLE)) {
            query.setString(1, name.name());
            query.setString(2, name.schema());
            query.setString(3, name.schema());
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? Optional.of(shape(name, found)) : Optional.empty();
            }
        }
    }

    private TableShape shape(TableName name, ResultSet found) throws SQLException {
        long oid = found.getLong(1);
        return new TableShape(
                new TableName(found.getString(2), name.name()),
                found.getBoolean(3),
                found.getBoolean(4),
                found.getBoolean(5),
                found.getBoolean(6),
                found.getBoolean(7),
                list(COLUMNS, oid, PostgresCatalog::column),
                list(UNIQUE_INDEXES, oid, PostgresCatalog::uniqueIndex),
                List.of());
    }

    private static TableColumn column(ResultSet row) throws SQLException {
        return new TableColumn(
                row.getString(1),
                new ColumnType(row.getString(2), row.getString(3), row.getString(4), null),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getBoolean(8),
                row.getBoolean(9),
                row.getBoolean(10),
                row.getBoolean(11));
    }

    private static UniqueIndex uniqueIndex(ResultSet row) throws SQLException {
        Array columns = row.getArray(2);
        return new UniqueIndex(row.getString(1), List.of((String[]) columns.getArray()), row.getString(3));
    }

    private <T> List<T> list(String sql, long table, RowReader<T> reader) throws SQLException {
        List<T> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setLong(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    all.add(reader.read(rows));
                }
            }
        }
        return all;
    }

    @FunctionalInterface
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
