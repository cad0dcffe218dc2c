package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.DeadLetterMergeSql;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * An exactly-once batch on PostgreSQL that keeps its refused rows. Values that the server would parse on arrival are
 * staged as text, so that the merge refuses them, row by row.
 */
record PostgresDeadLetterMergeSql(PostgresExactlyOnceSql plain) implements DeadLetterMergeSql {
    /** The column with the SQLSTATE, reason, digest and row of an invalid row. */
    private static final String REFUSAL = "millrace_refusal";

    private static final String FITS = REFUSAL + " IS NULL";

    static PostgresDeadLetterMergeSql of(TableName table, List<PlannedColumn> columns) {
        List<PlannedColumn> read =
                columns.stream().map(PostgresStagedColumns::readByTheMerge).toList();
        return new PostgresDeadLetterMergeSql(
                new PostgresExactlyOnceSql(table, read, PostgresStagedColumns.stagedColumns(read)));
    }

    @Override
    public TableName table() {
        return plain.table();
    }

    @Override
    public void awaitRows(Connection connection) throws SQLException {
        plain.awaitRows(connection);
    }

    @Override
    public void create(Connection connection, TableName staging) throws SQLException {
        plain.create(connection, staging, ", " + REFUSAL + " text[]");
    }

    @Override
    public long stage(Connection connection, TableName staging, Iterator<Row> rows, long attempt, long sequence)
            throws SQLException {
        return new PostgresDeadLetterCopy(plain.columns(), plain.staged(), attempt, sequence)
                .send(connection, plain.copyToStaging(staging, ", " + REFUSAL), rows);
    }

    @Override
    public StagedCounts counts(Connection connection, TableName staging, Long[] attempts) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT count(*), count(" + REFUSAL + "), COALESCE(max(" + REFUSAL + "[2]), '') FROM "
                                + quoted(staging) + PostgresExactlyOnceSql.OF_ATTEMPTS,
                        found -> new StagedCounts(found.getLong(1), found.getLong(2), found.getString(3)),
                        numbers(connection, attempts))
                .get(0);
    }

    @Override
    public void keepInvalid(Connection connection, TableName staging, Long[] attempts, Letters letters)
            throws SQLException {
        letters.addAll(
                connection,
                REFUSAL + "[1], " + REFUSAL + "[2], " + REFUSAL + "[3], " + REFUSAL + "[4]",
                " FROM " + quoted(staging) + PostgresExactlyOnceSql.OF_ATTEMPTS + " AND " + REFUSAL + " IS NOT NULL",
                numbers(connection, attempts));
    }

    @Override
    public void merge(Connection connection, TableName staging, Long[] attempts) throws SQLException {
        merge(connection, staging, attempts, 0, Long.MAX_VALUE);
    }

    @Override
    public void merge(Connection connection, TableName staging, Long[] attempts, long first, long last)
            throws SQLException {
        String sql = plain.mergeSql(
                staging, PostgresExactlyOnceSql.OF_ATTEMPTS + " AND " + FITS + " AND " + SEQUENCE + " BETWEEN ? AND ?");
        try (PreparedStatement merge = connection.prepareStatement(sql)) {
            merge.setArray(1, numbers(connection, attempts));
            merge.setLong(2, first);
            merge.setLong(3, last);
            merge.executeUpdate();
        }
    }

    /** Committed in the same message, for the same reason as the staging table itself. */
    @Override
    public void prepareRanges(Connection connection, TableName staging) throws SQLException {
        Sql.execute(
                connection,
                "CREATE INDEX IF NOT EXISTS " + quoted(staging.name() + "_n") + " ON " + quoted(staging) + " ("
                        + SEQUENCE + "); ANALYZE " + quoted(staging) + "; COMMIT");
    }

    @Override
    public boolean isOneByOne(Connection connection) throws SQLException {
        return PostgresRowByRow.isPossible(connection);
    }

    @Override
    public List<Refusal> oneByOne(Connection connection, TableName staging, Long[] attempts, long first, long last)
            throws SQLException {
        String valid = " WHERE " + ATTEMPT + " = ANY ('{"
                + Arrays.stream(attempts).map(String::valueOf).collect(Collectors.joining(","))
                + "}'::bigint[]) AND " + FITS + " AND " + SEQUENCE + " ";
        return PostgresRowByRow.run(
                connection,
                "SELECT " + SEQUENCE + " FROM " + quoted(staging) + valid + "BETWEEN " + first + " AND " + last,
                plain.mergeSql(staging, valid + PostgresRowByRow.RANGE));
    }

    @Override
    public List<Row> rows(Connection connection, TableName staging, Long[] attempts, Long[] numbers)
            throws SQLException {
        return Sql.rows(
                connection,
                "SELECT " + joined(plain.columns(), PostgresNames::quoted) + " FROM " + quoted(staging)
                        + PostgresExactlyOnceSql.OF_ATTEMPTS + " AND " + SEQUENCE + " = ANY (?) ORDER BY " + SEQUENCE,
                found -> PostgresStagedRow.read(found, plain.columns()),
                numbers(connection, attempts),
                numbers(connection, numbers));
    }

    @Override
    public void drop(Connection connection, TableName staging) throws SQLException {
        plain.drop(connection, staging);
    }

    @Override
    public String stagesQuery() {
        return plain.stagesQuery();
    }

    private static Array numbers(Connection connection, Long[] numbers) throws SQLException {
        return connection.createArrayOf("int8", numbers);
    }
}
