package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows into the table: a few rows as an array for each column in a single statement; many rows by COPY into a
 * temporary table, which takes more round trips but less work of the server.
 */
final class PostgresFlush implements UpsertSql.Flush {
    private final PostgresUpsertSql sql;
    private final PostgresCopy rows;
    private final PostgresCopy keys;
    private boolean alwaysCopy;
    private @Nullable PostgresTemporaryTable filled;

    PostgresFlush(PostgresUpsertSql sql) {
        this.sql = sql;
        this.rows = new PostgresCopy(sql.upserts().columns());
        this.keys = new PostgresCopy(sql.deletes().columns());
    }

    @Override
    public void upsert(Connection connection, List<Row> batch) throws SQLException {
        run(connection, sql.upserts(), rows, batch);
    }

    @Override
    public void delete(Connection connection, List<Row> batch) throws SQLException {
        PostgresUpsertSql.Statements ofNull = sql.deletesOfNull();
        if (ofNull == null) {
            run(connection, sql.deletes(), keys, batch);
            return;
        }
        Map<Boolean, List<Row>> hasNull = batch.stream().collect(Collectors.partitioningBy(this::hasNullInKey));
        run(connection, sql.deletes(), keys, hasNull.getOrDefault(false, List.of()));
        clear(connection);
        run(connection, ofNull, keys, hasNull.getOrDefault(true, List.of()));
    }

    private boolean hasNullInKey(Row row) {
        return sql.sameKeys().columns().stream().anyMatch(column -> row.isNullAt(column.index()));
    }

    @Override
    public void check(Row row) throws InvalidValueException {
        rows.check(row);
    }

    @Override
    public void checkDelete(Row row) throws InvalidValueException {
        keys.check(row);
    }

    @Override
    public boolean isOneByOne(Connection connection) throws SQLException {
        return PostgresRowByRow.isPossible(connection);
    }

    @Override
    public List<Refusal> oneByOne(Connection connection, List<Row> batch, Predicate<Row> isDelete) throws SQLException {
        return sql.oneByOne().run(connection, batch, isDelete);
    }

    @Override
    public void nothing(Connection connection, boolean delete) throws SQLException {
        PostgresUpsertSql.Statements statements = delete ? sql.deletes() : sql.upserts();
        statements.temporary().create(connection);
        Sql.execute(connection, statements.fromTemporary());
    }

    @Override
    public boolean takesTwoSteps(int count) {
        return isCopied(sql.upserts(), count);
    }

    @Override
    public UpsertSql.TwoSteps inTwoSteps(List<Row> batch) {
        return new ByCopy(sql.upserts(), rows, batch);
    }

    @Override
    public int[] sameKeys(Connection connection, List<Row> batch) throws SQLException {
        PostgresUpsertSql.Statements statements = sql.sameKeys();
        if (statements.fromArrays() != null) {
            return numbers(connection, statements.fromArrays(), statements.columns(), batch);
        }
        statements.temporary().fill(connection, new PostgresCopy(statements.columns(), 0, 0), batch);
        int[] numbers = numbers(connection, statements.fromTemporary(), List.of(), batch);
        statements.temporary().clear(connection);
        return numbers;
    }

    private static int[] numbers(Connection connection, String sql, List<PlannedColumn> arrays, List<Row> batch)
            throws SQLException {
        int[] numbers = new int[batch.size()];
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            setArrays(query, arrays, batch);
            try (ResultSet found = query.executeQuery()) {
                for (int row = 0; row < numbers.length; row++) {
                    found.next();
                    numbers[row] = found.getInt(1);
                }
            }
        }
        return numbers;
    }

    @Override
    public void clear(Connection connection) throws SQLException {
        PostgresTemporaryTable table = filled;
        if (table != null) {
            table.clear(connection);
        }
    }

    /** Uses COPY from now on, since its errors name the column. */
    @Override
    public boolean nameColumns() {
        boolean changes = !alwaysCopy;
        alwaysCopy = true;
        return changes;
    }

    private void run(Connection connection, PostgresUpsertSql.Statements statements, PostgresCopy copy, List<Row> batch)
            throws SQLException {
        filled = null;
        if (batch.isEmpty()) {
            return;
        }
        String fromArrays = statements.fromArrays();
        if (fromArrays == null || isCopied(statements, batch.size())) {
            filled = statements.temporary();
            ByCopy steps = new ByCopy(statements, copy, batch);
            steps.send(connection);
            steps.merge(connection);
        } else {
            asArrays(connection, fromArrays, statements.columns(), batch);
        }
    }

    private boolean isCopied(PostgresUpsertSql.Statements statements, int count) {
        return alwaysCopy || statements.fromArrays() == null || count >= PostgresDialect.MANY_ROWS;
    }

    private static void asArrays(Connection connection, String sql, List<PlannedColumn> columns, List<Row> batch)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            setArrays(statement, columns, batch);
            statement.executeUpdate();
        }
    }

    private static void setArrays(PreparedStatement statement, List<PlannedColumn> columns, List<Row> batch)
            throws SQLException {
        for (int index = 0; index < columns.size(); index++) {
            statement.setObject(index + 1, PostgresArray.of(columns.get(index), batch));
        }
    }

    private record ByCopy(PostgresUpsertSql.Statements statements, PostgresCopy copy, List<Row> batch)
            implements UpsertSql.TwoSteps {
        @Override
        public void send(Connection connection) throws SQLException {
            statements.temporary().fill(connection, copy, batch);
        }

        @Override
        public void merge(Connection connection) throws SQLException {
            Sql.execute(connection, statements.fromTemporary());
        }
    }
}
