package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.spark.sql.Row;

/** Copies rows into the temporary table of a flush, and brings them from there into the table. */
final class PostgresFlush implements UpsertSql.Flush {
    private final PostgresUpsertSql sql;
    private final BinaryCopy rows;
    private final BinaryCopy keys;

    PostgresFlush(PostgresUpsertSql sql) {
        this.sql = sql;
        this.rows = new BinaryCopy(sql.columns());
        this.keys = new BinaryCopy(sql.deleteColumns());
    }

    @Override
    public void upsert(Connection connection, List<Row> batch) throws SQLException {
        run(connection, sql.stage(), sql.copy(), sql.merge(), rows, batch);
    }

    @Override
    public void delete(Connection connection, List<Row> batch) throws SQLException {
        run(connection, sql.deleteStage(), sql.deleteCopy(), sql.delete(), keys, batch);
    }

    @Override
    public void again(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.emptyStage());
        }
    }

    private static void run(
            Connection connection, String create, String copy, String merge, BinaryCopy rows, List<Row> batch)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(create);
            rows.send(connection, copy, batch.iterator());
            statement.executeUpdate(merge);
        }
    }
}
