package io.millrace.chaos;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.Trigger;

/** A typical handwritten sink, which commits a batch and a ledger row in one transaction, with one known bug. */
record PlantedSink(Bug bug) implements Subject {
    @Override
    public String table() {
        return bug == Bug.UNGUARDED_UPSERT ? Tables.LATEST : Tables.AUDIT;
    }

    @Override
    public String[] setup() {
        return new String[] {"CREATE TABLE planted_ledger (query text, batch bigint, PRIMARY KEY (query, batch))"};
    }

    @Override
    public String toString() {
        return "planted-" + bug;
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows, Target target) {
        return switch (bug) {
            case DEDUP_ON_PARTITION_AND_EPOCH, UNGUARDED_UPSERT, OPEN_RETURNS_FALSE ->
                rows.writeStream().foreach(new PlantedWriter(bug, target));
            case CONTINUOUS_COMMIT_IN_CLOSE ->
                rows.writeStream().foreach(new PlantedWriter(bug, target)).trigger(Trigger.Continuous(100));
            default ->
                rows.writeStream()
                        .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> write(batch, id, target));
        };
    }

    static Connection connect(Target target) throws SQLException {
        Connection connection = DriverManager.getConnection(target.url(), target.user(), target.password());
        connection.setAutoCommit(false);
        return connection;
    }

    static void insert(Connection connection, List<Row> rows) throws SQLException {
        String sql = "INSERT INTO audit (partition, \"offset\", key, amount, batch, query, attempt) SELECT * FROM"
                + " unnest(?::int[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[])";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int column = 0; column < 7; column++) {
                int field = column;
                insert.setArray(
                        column + 1,
                        connection.createArrayOf(
                                "text",
                                rows.stream()
                                        .map(row -> String.valueOf(row.get(field)))
                                        .toArray()));
            }
            insert.executeUpdate();
        }
    }

    private void write(Dataset<Row> batch, long id, Target target) throws SQLException {
        String query = bug == Bug.LEDGER_WITHOUT_QUERY_ID
                ? "any"
                : batch.sparkSession().sparkContext().getLocalProperty("sql.streaming.queryId");
        List<Row> rows = batch.collectAsList();
        try {
            commit(rows, query, id, target);
        } catch (SQLException e) {
            if (bug == Bug.BLIND_RETRY_AFTER_LOST_REPLY) {
                insertAlone(rows, target);
            } else if (bug != Bug.SWALLOWED_BATCH_ERROR) {
                throw e;
            }
        }
    }

    private void commit(List<Row> rows, String query, long id, Target target) throws SQLException {
        try (Connection connection = connect(target)) {
            if (bug == Bug.SYNCHRONOUS_COMMIT_OFF) {
                execute(connection, "SET synchronous_commit = off");
            }
            if (bug == Bug.LEDGER_AFTER_COMMIT) {
                afterCommit(connection, rows, query, id);
            } else if (claim(connection, query, id)) {
                if (bug == Bug.LEDGER_IN_ANOTHER_TRANSACTION) {
                    connection.commit();
                }
                insert(connection, rows);
                connection.commit();
            }
        }
    }

    private static void afterCommit(Connection connection, List<Row> rows, String query, long id) throws SQLException {
        if (claim(connection, query, id)) {
            connection.rollback();
            insert(connection, rows);
            connection.commit();
            claim(connection, query, id);
            connection.commit();
        }
    }

    private static void insertAlone(List<Row> rows, Target target) throws SQLException {
        try (Connection connection = connect(target)) {
            insert(connection, rows);
            connection.commit();
        }
    }

    static boolean claim(Connection connection, String query, long id) throws SQLException {
        try (PreparedStatement claim =
                connection.prepareStatement("INSERT INTO planted_ledger VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            claim.setString(1, query);
            claim.setLong(2, id);
            return claim.executeUpdate() == 1;
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
