package io.millrace.sinks;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
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
            SELECT coalesce(base.typname, type.typname), element.typname, format_type(a.atttypid, a.atttypmod),
                   a.attname AS name, a.attnotnull AS not_null, a.atthasdef OR a.attidentity <> '' AS is_filled,
                   a.attgenerated <> '' OR a.attidentity = 'a' AS is_generated, a.attidentity <> '' AS is_counted,
                   has_column_privilege(a.attrelid, a.attnum, 'INSERT') AS may_insert,
                   has_column_privilege(a.attrelid, a.attnum, 'UPDATE') AS may_update,
                   has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS may_select
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
        return Sql.rows(connection, TABLE, found -> shape(name, found), name.name(), name.schema(), name.schema())
                .stream()
                .findFirst();
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
                Sql.rows(connection, COLUMNS, PostgresCatalog::column, oid),
                Sql.rows(connection, UNIQUE_INDEXES, PostgresCatalog::uniqueIndex, oid),
                List.of());
    }

    private static TableColumn column(ResultSet row) throws SQLException {
        return TableColumn.of(row, new ColumnType(row.getString(1), row.getString(2), row.getString(3), null));
    }

    private static UniqueIndex uniqueIndex(ResultSet row) throws SQLException {
        Array columns = row.getArray(2);
        return new UniqueIndex(row.getString(1), List.of((String[]) columns.getArray()), row.getString(3));
    }
}
