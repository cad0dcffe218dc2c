package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.BatchParts;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * An exactly-once micro-batch on PostgreSQL: rows are copied directly into the table if no more is needed, and through
 * a staging table otherwise.
 *
 * @param staged the columns of the staging table without those that it adds
 */
record PostgresExactlyOnceSql(TableName table, List<PlannedColumn> columns, List<PlannedColumn> staged)
        implements ExactlyOnceSql {
    /** Selects the staged rows of an array of attempts. */
    static final String OF_ATTEMPTS = " WHERE " + ATTEMPT + " = ANY (?)";

    private static final String KEY = "millrace_key";

    /** The setting in which a transaction saves the time-out that it switches off. */
    private static final String TIMEOUT = "millrace.statement_timeout";

    @Override
    public void awaitRows(Connection connection) throws SQLException {
        // A COPY lasts as long as its rows take to arrive; the socket's time-out still applies.
        Sql.execute(
                connection,
                "SELECT set_config('" + TIMEOUT + "', current_setting('statement_timeout'), true);"
                        + " SET LOCAL statement_timeout = 0");
    }

    /** All rows have arrived: the time-out applies to what follows. */
    private static void awaitNoMore(Connection connection) throws SQLException {
        Sql.execute(
                connection,
                "SELECT set_config('statement_timeout', COALESCE(NULLIF(current_setting('" + TIMEOUT
                        + "', true), ''), current_setting('statement_timeout')), true)");
    }

    @Override
    public long write(Connection connection, Iterator<Row> rows) throws SQLException {
        return straight() ? new PostgresCopy(columns).send(connection, copyStraight(), rows) : staged(connection, rows);
    }

    @Override
    public long write(Connection connection, Iterator<Row> rows, BatchParts parts) throws SQLException {
        if (straight()) {
            return write(connection, rows);
        }
        TableName staging = createTemporary(connection);
        long written = stage(connection, staging, new PostgresParts.Rows(rows, parts.rows()), 0, 0);
        Optional<Connection> second = Optional.empty();
        if (rows.hasNext() && PostgresParts.areInvisible(connection, table)) {
            second = parts.second().borrow();
        }
        if (second.isEmpty()) {
            return written + stageAndMerge(connection, staging, rows, written);
        }
        try (Connection copying = second.get()) {
            awaitNoMore(connection);
            PostgresParts.awaitNextPart(connection);
            return written + new PostgresParts(this, parts, connection, copying).write(staging, written, rows);
        }
    }

    @Override
    public long stage(Connection connection, TableName staging, Iterator<Row> rows, long attempt, long sequence)
            throws SQLException {
        return new PostgresCopy(staged, attempt, sequence).send(connection, copyToStaging(staging, ""), rows);
    }

    private long staged(Connection connection, Iterator<Row> rows) throws SQLException {
        return stageAndMerge(connection, createTemporary(connection), rows, 0);
    }

    private TableName createTemporary(Connection connection) throws SQLException {
        TableName staging = new TableName(null, "millrace_batch");
        Sql.execute(connection, "CREATE TEMPORARY TABLE " + quoted(staging) + stagingColumns("") + " ON COMMIT DROP");
        return staging;
    }

    /** Stages the rows after {@code before} others, and merges all; returns the number of those that it has staged. */
    private long stageAndMerge(Connection connection, TableName staging, Iterator<Row> rows, long before)
            throws SQLException {
        long written = rows.hasNext() ? stage(connection, staging, rows, 0, before) : 0;
        awaitNoMore(connection);
        merge(connection, staging, new Long[] {0L});
        return written;
    }

    /** Whether rows can be copied directly into the table: they are appended, in the columns' own types. */
    private boolean straight() {
        return !upserts() && columns.stream().allMatch(PostgresStagedColumns::copied);
    }

    private String copyStraight() {
        return "COPY " + quoted(table) + " (" + joined(columns, PostgresNames::quoted) + ") FROM STDIN (FORMAT binary)";
    }

    String copyToStaging(TableName staging, String more) {
        return "COPY " + quoted(staging) + " (" + joined(staged, PostgresNames::quoted) + ", " + ATTEMPT + ", "
                + SEQUENCE + more + ") FROM STDIN (FORMAT binary)";
    }

    @Override
    public void create(Connection connection, TableName staging) throws SQLException {
        create(connection, staging, "");
    }

    /**
     * Unlogged: a crash empties it, which the count of its rows then shows. Committed in the same message: a PostgreSQL
     * that crashes right after such a table was rolled back can fail to start again ("could not create file .. File
     * exists"), since its recovery restores the table's template next to what is left of the table.
     */
    void create(Connection connection, TableName staging, String more) throws SQLException {
        Sql.execute(connection, "CREATE UNLOGGED TABLE " + quoted(staging) + stagingColumns(more) + "; COMMIT");
    }

    @Override
    public void drop(Connection connection, TableName staging) throws SQLException {
        Sql.execute(connection, "DROP TABLE IF EXISTS " + quoted(staging));
    }

    @Override
    public void merge(Connection connection, TableName staging, Long[] attempts) throws SQLException {
        try (PreparedStatement merge = connection.prepareStatement(mergeSql(staging, OF_ATTEMPTS))) {
            merge.setArray(1, connection.createArrayOf("int8", attempts));
            merge.executeUpdate();
        }
    }

    @Override
    public long count(Connection connection, TableName staging, Long[] attempts) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT count(*) FROM " + quoted(staging) + OF_ATTEMPTS,
                        found -> found.getLong(1),
                        connection.createArrayOf("int8", attempts))
                .get(0);
    }

    @Override
    public String stagesQuery() {
        return "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND starts_with(relname::text, ?) AND relkind = 'r'";
    }

    private String stagingColumns(String more) {
        return " (" + PostgresStagedColumns.typed(staged) + ", " + ATTEMPT + " bigint NOT NULL, " + SEQUENCE
                + " bigint NOT NULL" + more + ")";
    }

    /** Merges the staged rows for which {@code where} holds. */
    String mergeSql(TableName staging, String where) {
        String from = quoted(staging) + " AS staged" + where;
        String into = "INSERT INTO " + quoted(table) + " AS held (" + joined(columns, PostgresNames::quoted)
                + ") OVERRIDING SYSTEM VALUE SELECT ";
        if (!upserts()) {
            return into + joined(columns, PostgresStagedColumns::fromStaging) + " FROM " + from;
        }
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        return into
                + (keys.stream().anyMatch(PostgresKeyForms::hasSpellings)
                        ? lastOfSpellings(keys, from)
                        : lastOfKeys(keys, from))
                + " ON CONFLICT (" + joined(keys, PostgresNames::quoted) + ") DO " + action();
    }

    private String lastOfKeys(List<PlannedColumn> keys, String from) {
        return "DISTINCT ON (" + PostgresKeySql.distinct(keys) + ") "
                + joined(columns, PostgresStagedColumns::fromStaging) + " FROM " + from + " ORDER BY "
                + PostgresKeySql.ordered(keys) + ", " + SEQUENCE + " DESC";
    }

    /** Selects the last row of a key, but with the spelling of the key in the first row, which an update keeps. */
    private String lastOfSpellings(List<PlannedColumn> keys, String from) {
        String first = " OVER (PARTITION BY " + KEY + " ORDER BY " + SEQUENCE + ")";
        return "DISTINCT ON (" + KEY + ") "
                + joined(columns, column -> {
                    String value = PostgresStagedColumns.fromStaging(column);
                    return column.key() ? "first_value(" + value + ")" + first : value;
                })
                + " FROM (SELECT staged.*, dense_rank() OVER (ORDER BY " + PostgresKeySql.ordered(keys) + ") AS " + KEY
                + " FROM " + from + ") AS staged ORDER BY " + KEY + ", " + SEQUENCE + " DESC";
    }

    private String action() {
        List<PlannedColumn> values =
                columns.stream().filter(column -> !column.key()).toList();
        return values.isEmpty()
                ? "NOTHING"
                : "UPDATE SET " + joined(values, column -> quoted(column) + " = EXCLUDED." + quoted(column));
    }

    private boolean upserts() {
        return columns.stream().anyMatch(PlannedColumn::key);
    }
}
