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
 * An exact batch on PostgreSQL that keeps its refused rows. What the server would read is staged as text, so that it is
 * the merge that refuses it, and says of which row.
 */
record PostgresDeadLetterMergeSql(PostgresExactlyOnceSql staging) implements DeadLetterMergeSql {
    /** SQLSTATE, reason, digest and row of an invalid row. */
    private static final String REFUSAL = "millrace_refusal";

    private static final String FITS = REFUSAL + " IS NULL";

    static PostgresDeadLetterMergeSql of(TableName table, List<PlannedColumn> columns) {
        List<PlannedColumn> read =
                columns.stream().map(PostgresCodecs::readByTheMerge).toList();
        return new PostgresDeadLetterMergeSql(
                new PostgresExactlyOnceSql(table, read, PostgresCodecs.stagedColumns(read)));
    }

    @Override
    public TableName table() {
        return staging.table();
    }

    @Override
    public void awaitRows(Connection connection) throws SQLException {
        staging.awaitRows(connection);
    }

    @Override
    public void create(Connection connection, TableName stage) throws SQLException {
        staging.create(connection, stage, ", " + REFUSAL + " text[]");
    }

    @Override
    public long stage(Connection connection, TableName stage, Iterator<Row> rows, long attempt, long sequence)
            throws SQLException {
        return new PostgresDeadLetterCopy(staging.columns(), staging.staged(), attempt, sequence)
                .send(connection, staging.copyToStage(stage, ", " + REFUSAL), rows);
    }

    @Override
    public StagedCounts counts(Connection connection, TableName stage, Long[] attempts) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT count(*), count(" + REFUSAL + "), COALESCE(max(" + REFUSAL + "[2]), '') FROM "
                                + quoted(stage) + PostgresExactlyOnceSql.OF_ATTEMPTS,
                        found -> new StagedCounts(found.getLong(1), found.getLong(2), found.getString(3)),
                        numbers(connection, attempts))
                .get(0);
    }

    @Override
    public void keepInvalid(Connection connection, TableName stage, Long[] attempts, Letters letters)
            throws SQLException {
        letters.addAll(
                connection,
                REFUSAL + "[1], " + REFUSAL + "[2], " + REFUSAL + "[3], " + REFUSAL + "[4]",
                " FROM " + quoted(stage) + PostgresExactlyOnceSql.OF_ATTEMPTS + " AND " + REFUSAL + " IS NOT NULL",
                numbers(connection, attempts));
    }

    @Override
    public void merge(Connection connection, TableName stage, Long[] attempts) throws SQLException {
        merge(connection, stage, attempts, 0, Long.MAX_VALUE);
    }

    @Override
    public void merge(Connection connection, TableName stage, Long[] attempts, long first, long last)
            throws SQLException {
        String sql = staging.mergeSql(stage, " AND " + FITS + " AND " + SEQUENCE + " BETWEEN ? AND ?");
        try (PreparedStatement merge = connection.prepareStatement(sql)) {
            merge.setArray(1, numbers(connection, attempts));
            merge.setLong(2, first);
            merge.setLong(3, last);
            merge.executeUpdate();
        }
    }

    /** Committed in the same message, as the stage itself is, and for the same reason. */
    @Override
    public void prepareRanges(Connection connection, TableName stage) throws SQLException {
        Sql.execute(
                connection,
                "CREATE INDEX IF NOT EXISTS " + quoted(stage.name() + "_n") + " ON " + quoted(stage) + " (" + SEQUENCE
                        + "); ANALYZE " + quoted(stage) + "; COMMIT");
    }

    @Override
    public boolean isOneByOne(Connection connection) throws SQLException {
        return PostgresRowByRow.isPossible(connection);
    }

    @Override
    public List<Refusal> oneByOne(Connection connection, TableName stage, Long[] attempts, long first, long last)
            throws SQLException {
        String ofAttempts = " WHERE " + ATTEMPT + " = ANY ('{"
                + Arrays.stream(attempts).map(String::valueOf).collect(Collectors.joining(",")) + "}'::bigint[])";
        String range = staging.mergeSql(stage, " AND " + FITS + " AND " + SEQUENCE + " " + PostgresRowByRow.RANGE)
                .replace(PostgresExactlyOnceSql.OF_ATTEMPTS, ofAttempts);
        return PostgresRowByRow.run(
                connection,
                "SELECT " + SEQUENCE + " FROM " + quoted(stage) + ofAttempts + " AND " + FITS + " AND " + SEQUENCE
                        + " BETWEEN " + first + " AND " + last,
                range);
    }

    @Override
    public List<Row> rows(Connection connection, TableName stage, Long[] attempts, Long[] numbers) throws SQLException {
        return Sql.rows(
                connection,
                "SELECT " + joined(staging.columns(), PostgresNames::quoted) + " FROM " + quoted(stage)
                        + PostgresExactlyOnceSql.OF_ATTEMPTS + " AND " + SEQUENCE + " = ANY (?) ORDER BY " + SEQUENCE,
                found -> PostgresStagedRow.read(found, staging.columns()),
                numbers(connection, attempts),
                numbers(connection, numbers));
    }

    @Override
    public void drop(Connection connection, TableName stage) throws SQLException {
        staging.drop(connection, stage);
    }

    @Override
    public String stagesQuery() {
        return staging.stagesQuery();
    }

    private static Array numbers(Connection connection, Long[] numbers) throws SQLException {
        return connection.createArrayOf("int8", numbers);
    }
}
