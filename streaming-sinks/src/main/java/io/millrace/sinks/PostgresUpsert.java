package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.Row;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** One flush on PostgreSQL: COPY in binary into a temporary table, then one INSERT .. ON CONFLICT from there. */
final class PostgresUpsert {
    private static final int CHUNK = 1 << 16;

    private PostgresUpsert() {}

    static void merge(Connection connection, UpsertPlan plan, Collection<Row> rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(plan.sql().stage());
            copy(connection, plan.sql().copy(), plan.columns(), rows);
            statement.executeUpdate(plan.sql().merge());
        }
    }

    private static void copy(Connection connection, String sql, List<PlannedColumn> columns, Collection<Row> rows)
            throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            CopyBuffer buffer = new CopyBuffer(CHUNK * 2);
            buffer.header();
            for (Row row : rows) {
                encode(row, columns, buffer);
                if (buffer.size() >= CHUNK) {
                    copy.writeToCopy(buffer.bytes(), 0, buffer.size());
                    buffer.clear();
                }
            }
            buffer.trailer();
            copy.writeToCopy(buffer.bytes(), 0, buffer.size());
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void encode(Row row, List<PlannedColumn> columns, CopyBuffer buffer) {
        buffer.int16(columns.size());
        for (int column = 0; column < columns.size(); column++) {
            Object value = row.get(column);
            if (value == null) {
                buffer.nullValue();
            } else {
                encode(value, columns.get(column), buffer);
            }
        }
    }

    private static void encode(Object value, PlannedColumn column, CopyBuffer buffer) {
        try {
            column.codec().writer().write(value, buffer);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "Cannot write column \"" + column.name() + "\": " + e.getMessage() + ".", e);
        }
    }
}
