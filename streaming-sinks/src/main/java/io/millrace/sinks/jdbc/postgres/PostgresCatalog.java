package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.KeyComparison;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableShape;
import io.millrace.sinks.jdbc.dialect.TableUse;
import io.millrace.sinks.jdbc.dialect.UniqueIndex;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads tables from PostgreSQL's catalog. */
final class PostgresCatalog implements Catalog {
    private static final String TABLE = """
            SELECT c.oid, n.nspname, c.relkind IN ('r', 'p'),
                   has_schema_privilege(n.oid, 'USAGE') AS may_use_schema,
                   has_schema_privilege(n.oid, 'CREATE') AS may_create,
                   has_table_privilege(c.oid, 'DELETE') AS may_delete,
                   has_database_privilege(current_database(), 'TEMPORARY') AS may_stage
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND CASE WHEN ?::text IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = ?::text END
            """;
    /** Follows domains and arrays down to the type of the values; the last modifier on this path applies. */
    private static final String COLUMNS = """
            WITH RECURSIVE below AS (
                SELECT a.attnum, a.atttypid AS type, a.atttypmod AS modifier, false AS is_array,
                       a.attnotnull AS not_null, 0 AS depth
                FROM pg_attribute a WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL
                SELECT below.attnum, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END,
                       CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE below.modifier END,
                       below.is_array OR t.typtype <> 'd',
                       below.not_null OR (t.typtype = 'd' AND NOT below.is_array AND (t.typnotnull
                           OR EXISTS (SELECT FROM pg_constraint c WHERE c.contypid = t.oid))), below.depth + 1
                FROM below JOIN pg_type t ON t.oid = below.type
                WHERE t.typtype = 'd' OR (t.typcategory = 'A' AND t.typelem <> 0 AND NOT below.is_array)),
            ground AS (SELECT DISTINCT ON (attnum) * FROM below ORDER BY attnum, depth DESC)
            SELECT base.typname AS type, CASE WHEN ground.is_array THEN type.typname END AS element,
                   format_type(a.atttypid, a.atttypmod) AS sql, format_type(base.oid, -1) AS base,
                   format_type(base.oid, ground.modifier) AS full, ground.modifier,
                   CASE WHEN NOT ground.is_array
                        THEN quote_ident(n.nspname) || '.' || quote_ident(coercion.proname) END AS coercion,
                   coercion.pronargs = 3 AS tells_cast,
                   a.attname AS name, a.attnotnull AS is_not_null, a.atthasdef OR a.attidentity <> '' AS is_filled,
                   a.attgenerated <> '' AS is_generated, a.attidentity = 'a' AS is_fixed,
                   a.attidentity <> '' AS is_counted,
                   ground.not_null OR EXISTS (
                       SELECT FROM pg_constraint c
                       WHERE c.conrelid = a.attrelid AND c.contype = 'c' AND a.attnum = ANY (c.conkey)) AS is_needed,
                   has_column_privilege(a.attrelid, a.attnum, 'INSERT') AS may_insert,
                   has_column_privilege(a.attrelid, a.attnum, 'UPDATE') AS may_update,
                   has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS may_select
            FROM ground
            JOIN pg_attribute a ON a.attrelid = ? AND a.attnum = ground.attnum
            JOIN pg_type type ON type.oid = ground.type
            JOIN pg_type base ON base.oid = CASE WHEN ground.is_array THEN type.typarray ELSE type.oid END
            LEFT JOIN pg_cast to_itself ON to_itself.castsource = type.oid AND to_itself.casttarget = type.oid
            LEFT JOIN pg_proc coercion ON coercion.oid = to_itself.castfunc
            LEFT JOIN pg_namespace n ON n.oid = coercion.pronamespace
            ORDER BY a.attnum
            """;
    /**
     * Reads unique indexes, with an array element per column; the operators are less and equal of its operator class.
     */
    private static final String UNIQUE_INDEXES = """
            SELECT i.relname, array_agg(a.attname::text ORDER BY part.n),
                   CASE WHEN NOT x.indisvalid OR NOT x.indisready THEN 'is not valid'
                        WHEN NOT x.indimmediate THEN 'is deferrable'
                        WHEN x.indpred IS NOT NULL THEN 'is partial'
                        WHEN x.indexprs IS NOT NULL THEN 'is on expressions'
                        ELSE '' END,
                   array_agg(less.name ORDER BY part.n), array_agg(equal.name ORDER BY part.n),
                   array_agg(quote_ident(cn.nspname) || '.' || quote_ident(c.collname) ORDER BY part.n),
                   array_agg(coalesce(c.collisdeterministic, true) ORDER BY part.n),
                   array_agg(NOT a.attnotnull AND coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false)
                             ORDER BY part.n)
            FROM pg_index x
            JOIN pg_class i ON i.oid = x.indexrelid
            CROSS JOIN LATERAL generate_series(0, x.indnkeyatts - 1) AS part (n)
            JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[part.n]
            JOIN pg_opclass class ON class.oid = x.indclass[part.n]
            LEFT JOIN LATERAL (%1$s AND m.amopstrategy = 1) AS less ON true
            LEFT JOIN LATERAL (%1$s AND m.amopstrategy = 3) AS equal ON true
            LEFT JOIN pg_collation c ON c.oid = x.indcollation[part.n]
            LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
            WHERE x.indrelid = ? AND x.indisunique
            GROUP BY i.relname, x.indexrelid, x.indisvalid, x.indisready, x.indimmediate, x.indpred IS NOT NULL,
                     x.indexprs IS NOT NULL
            ORDER BY i.relname
            """.formatted("""
            SELECT quote_ident(n.nspname) || '.' || o.oprname AS name
            FROM pg_amop m JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace
            WHERE m.amopfamily = class.opcfamily AND m.amoplefttype = class.opcintype
              AND m.amoprighttype = class.opcintype""");

    private static final String OID = """
            SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')
            """;
    /** Finds tables whose names differ in case, quotes or schema, or whose schema was written into the name. */
    private static final String SIMILAR = """
            SELECT CASE WHEN pg_table_is_visible(c.oid) AND position('.' IN meant) = 0 THEN NULL ELSE n.nspname END,
                   c.relname
            FROM lower(translate(?, '"`', '')) meant, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
              AND meant IN (lower(c.relname), lower(n.nspname || '.' || c.relname),
                            lower(current_database() || '.' || n.nspname || '.' || c.relname))
            ORDER BY NOT pg_table_is_visible(c.oid), 1, 2 LIMIT 3
            """;

    private static final String SCHEMA =
            "SELECT nspname FROM pg_namespace WHERE nspname = coalesce(?::text, current_schema())";

    private static final String MAY_ALTER = """
            SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ?
            """;

    private static final String MAY_CREATE = """
            SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')
            FROM pg_namespace WHERE nspname = ?
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

    @Override
    public List<TableName> similar(TableName name) throws SQLException {
        return Sql.rows(
                connection, SIMILAR, found -> new TableName(found.getString(1), found.getString(2)), name.toString());
    }

    @Override
    public Optional<String> schema(TableName name) throws SQLException {
        return Sql.rows(connection, SCHEMA, found -> found.getString(1), name.schema()).stream()
                .findFirst();
    }

    @Override
    public boolean mayAlter(TableName table) throws SQLException {
        return Sql.rows(connection, MAY_ALTER, found -> found.getBoolean(1), table.schema(), table.name())
                .contains(true);
    }

    @Override
    public Optional<Boolean> mayCreate(TableName name) throws SQLException {
        return Sql.rows(connection, MAY_CREATE, found -> found.getBoolean(1), name.schema()).stream()
                .findFirst();
    }

    @Override
    public List<Flaw> obstacles(TableName name, TableUse use) throws SQLException {
        OptionalLong oid = oid(name);
        return oid.isEmpty() ? List.of() : new PostgresObstacles(connection, name, use, oid.getAsLong()).all();
    }

    @Override
    public List<Flaw> notes(TableName name, TableUse use) throws SQLException {
        OptionalLong oid = oid(name);
        return oid.isEmpty() ? List.of() : PostgresSequence.notes(connection, oid.getAsLong(), use);
    }

    private OptionalLong oid(TableName name) throws SQLException {
        return Sql.rows(connection, OID, found -> found.getLong(1), name.schema(), name.name()).stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    private TableShape shape(TableName name, ResultSet found) throws SQLException {
        long oid = found.getLong(1);
        return new TableShape(
                new TableName(found.getString(2), name.name()),
                found.getBoolean(3),
                TableColumn.flags(found, "may_", TableShape.Right.class),
                Sql.rows(connection, COLUMNS, PostgresCatalog::column, oid, oid),
                Sql.rows(connection, UNIQUE_INDEXES, PostgresCatalog::uniqueIndex, oid),
                List.of());
    }

    private static TableColumn column(ResultSet row) throws SQLException {
        PostgresAssignment assignment = new PostgresAssignment(
                row.getString("base"),
                row.getString("full"),
                row.getInt("modifier"),
                row.getString("coercion"),
                row.getBoolean("tells_cast"));
        return TableColumn.of(
                row,
                new ColumnType(
                        row.getString("type"), row.getString("element"), row.getString("sql"), null, assignment));
    }

    private static UniqueIndex uniqueIndex(ResultSet row) throws SQLException {
        List<KeyComparison> comparisons = new ArrayList<>();
        @Nullable String[] less = texts(row, 4);
        @Nullable String[] equal = texts(row, 5);
        @Nullable String[] collations = texts(row, 6);
        Boolean[] deterministic = (Boolean[]) row.getArray(7).getArray();
        Boolean[] nullsEqual = (Boolean[]) row.getArray(8).getArray();
        for (int part = 0; part < less.length; part++) {
            comparisons.add(new PostgresKeyComparison(
                    String.valueOf(less[part]),
                    String.valueOf(equal[part]),
                    collations[part],
                    deterministic[part],
                    nullsEqual[part]));
        }
        return new UniqueIndex(row.getString(1), List.of(texts(row, 2)), comparisons, row.getString(3));
    }

    private static String[] texts(ResultSet row, int column) throws SQLException {
        return (String[]) row.getArray(column).getArray();
    }
}
