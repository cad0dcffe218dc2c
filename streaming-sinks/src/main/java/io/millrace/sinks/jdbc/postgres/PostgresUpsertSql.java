package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.io.Serializable;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A flush on PostgreSQL: rows are sent as arrays or copied into a temporary table, and are merged into the table in the
 * order of the key, so that writers on the same keys wait for each other, but never deadlock.
 */
record PostgresUpsertSql(
        Statements upserts,
        Statements deletes,
        @Nullable Statements deletesOfNull,
        Statements sameKeys,
        PostgresOneByOne oneByOne)
        implements UpsertSql {
    static PostgresUpsertSql of(TableName table, UpsertSpec spec, List<PlannedColumn> columns) {
        List<PlannedColumn> deleted = spec.deleteColumns(columns);
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        boolean mayBeNull = keys.stream().anyMatch(PlannedColumn::keyMayBeNull);
        return new PostgresUpsertSql(
                Statements.of("upsert", table, columns, source -> merge(table, spec, columns, source)),
                Statements.of("delete", table, deleted, source -> delete(table, spec, deleted, source, false)),
                mayBeNull
                        ? Statements.of(
                                "delete null", table, deleted, source -> delete(table, spec, deleted, source, true))
                        : null,
                Statements.numbered("same keys", table, keys, source -> sameKeys(keys, source)),
                PostgresOneByOne.of(table, spec, columns));
    }

    @Override
    public Flush open() {
        return new PostgresFlush(this);
    }

    /** Merges rows with distinct keys. */
    private static String merge(TableName table, UpsertSpec spec, List<PlannedColumn> columns, String source) {
        return merge(table, spec, columns, source, "");
    }

    /**
     * Merges any rows: of several rows of a key, an insert takes the first; an upsert fails.
     *
     * @param order a column of the source that numbers them
     */
    static String mergeInOrder(
            TableName table, UpsertSpec spec, List<PlannedColumn> columns, String source, String order) {
        return merge(table, spec, columns, source, ", staged." + order);
    }

    private static String merge(
            TableName table, UpsertSpec spec, List<PlannedColumn> columns, String source, String order) {
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        boolean looksUp = columns.stream().anyMatch(spec::looksUp);
        return (looksUp ? known(table, spec, columns, source) : "") + "INSERT INTO " + quoted(table) + " AS held ("
                + joined(columns, PostgresNames::quoted) + ") OVERRIDING SYSTEM VALUE SELECT "
                + joined(columns, column -> inserted(spec, column)) + " FROM "
                + (looksUp ? "staged LEFT JOIN known ON " + PostgresKeySql.matchesOrBothNull(keys, "known") : source)
                + " ORDER BY " + PostgresKeySql.ordered(keys) + order + " ON CONFLICT ("
                + joined(keys, PostgresNames::quoted) + ") DO " + action(spec, columns);
    }

    /**
     * Selects rows whose keys are known, locked in the order of the key so that they do not change before the merge.
     * Their old values replace NULL, which the table would refuse in an INSERT.
     */
    private static String known(TableName table, UpsertSpec spec, List<PlannedColumn> columns, String source) {
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        List<PlannedColumn> read = columns.stream()
                .filter(column -> column.key() || spec.looksUp(column))
                .toList();
        return "WITH staged AS (SELECT * FROM " + source + "), known AS (SELECT "
                + joined(read, column -> "held." + quoted(column)) + " FROM " + quoted(table)
                + " AS held JOIN staged ON " + PostgresKeySql.matchesOrBothNull(keys, "held") + " ORDER BY "
                + PostgresKeySql.ordered(keys, "held") + " FOR NO KEY UPDATE OF held) ";
    }

    private static String inserted(UpsertSpec spec, PlannedColumn column) {
        String staged = PostgresStagedColumns.fromStaging(column);
        return spec.looksUp(column) ? "COALESCE(" + staged + ", known." + quoted(column) + ")" : staged;
    }

    private static String sameKeys(List<PlannedColumn> keys, String source) {
        return "SELECT dense_rank() OVER (ORDER BY " + PostgresKeySql.ordered(keys) + ") FROM " + source
                + " ORDER BY staged." + ExactlyOnceSql.SEQUENCE;
    }

    private static String action(UpsertSpec spec, List<PlannedColumn> columns) {
        List<PlannedColumn> updated =
                columns.stream().filter(PlannedColumn::updated).toList();
        if (spec.isInsertOnly() || updated.isEmpty()) {
            return "NOTHING";
        }
        return "UPDATE SET " + joined(updated, column -> quoted(column) + " = " + newValue(spec, column))
                + (spec.version() == null
                        ? ""
                        : " WHERE " + older(spec.version(), "EXCLUDED." + quoted(spec.version())));
    }

    private static String newValue(UpsertSpec spec, PlannedColumn column) {
        String arrived = "EXCLUDED." + quoted(column);
        return spec.keepsOldWhereNull() ? "COALESCE(" + arrived + ", held." + quoted(column) + ")" : arrived;
    }

    /** Locks rows in the order of the key first, since a DELETE alone locks them in any order. */
    static String delete(TableName table, UpsertSpec spec, List<PlannedColumn> columns, String source, boolean ofNull) {
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        String guard = columns.stream()
                .filter(column -> column.name().equals(spec.version()))
                .map(column -> " WHERE " + older(column.name(), PostgresStagedColumns.afterAssignment(column)))
                .collect(Collectors.joining());
        return "WITH locked AS (SELECT " + joined(keys, column -> "held." + quoted(column)) + " FROM "
                + quoted(table) + " AS held JOIN " + source + " ON "
                + (ofNull ? PostgresKeySql.matchesOrBothNull(keys, "held") : PostgresKeySql.matches(keys, "held"))
                + guard + " ORDER BY " + PostgresKeySql.ordered(keys, "held") + " FOR UPDATE OF held) DELETE FROM "
                + quoted(table) + " AS held USING locked WHERE "
                + (ofNull
                        ? PostgresKeySql.sameOrBothNull(keys, "held", "locked")
                        : PostgresKeySql.same(keys, "held", "locked"));
    }

    private static String older(String version, String arrived) {
        String column = quoted(version);
        return "(held." + column + " IS NULL OR held." + column + " < " + arrived + ")";
    }

    /**
     * The statements that process rows of these columns.
     *
     * @param fromTemporary processes the rows of the temporary table
     * @param fromArrays processes an array for each column instead; null if a column holds arrays itself
     */
    record Statements(
            List<PlannedColumn> columns,
            PostgresTemporaryTable temporary,
            String fromTemporary,
            @Nullable String fromArrays)
            implements Serializable {
        static Statements of(
                String purpose, TableName table, List<PlannedColumn> columns, UnaryOperator<String> statement) {
            return of(purpose, table, columns, false, statement);
        }

        /** Creates statements for numbered rows, as a copy with numbers sends them. */
        static Statements numbered(
                String purpose, TableName table, List<PlannedColumn> columns, UnaryOperator<String> statement) {
            return of(purpose, table, columns, true, statement);
        }

        private static Statements of(
                String purpose,
                TableName table,
                List<PlannedColumn> columns,
                boolean numbered,
                UnaryOperator<String> statement) {
            String types = PostgresStagedColumns.typed(columns)
                    + (numbered
                            ? ", " + ExactlyOnceSql.ATTEMPT + " bigint, " + ExactlyOnceSql.SEQUENCE + " bigint"
                            : "");
            PostgresTemporaryTable temporary = PostgresTemporaryTable.of(purpose, table, types);
            String arrays = "unnest(" + joined(columns, column -> "?") + ")" + (numbered ? " WITH ORDINALITY" : "")
                    + " AS staged (" + joined(columns, PostgresNames::quoted)
                    + (numbered ? ", " + ExactlyOnceSql.SEQUENCE : "") + ")";
            return new Statements(
                    columns,
                    temporary,
                    statement.apply(temporary.sql() + " AS staged"),
                    columns.stream().allMatch(PostgresArray::holds) ? statement.apply(arrays) : null);
        }
    }
}
