package io.millrace.benchmarks;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Objects;
import java.util.Properties;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;

/** Typical user code, in the three variants of tutorials. */
record UserCode(String url, Properties login, String upsert) implements Serializable {
    private static final String POSTGRES = """
            INSERT INTO bench (id, name, amount, at, score, doc) VALUES (?, ?, ?, ?, ?, ?::jsonb)
            ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, amount = EXCLUDED.amount, at = EXCLUDED.at,
                                           score = EXCLUDED.score, doc = EXCLUDED.doc
            """;
    private static final String MARIADB = """
            INSERT INTO bench (id, name, amount, at, score, doc) VALUES (?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE name = VALUES(name), amount = VALUES(amount), at = VALUES(at),
                                    score = VALUES(score), doc = VALUES(doc)
            """;
    private static final int BATCH = 1_000;

    static UserCode onPostgres(String url, Properties login) {
        return new UserCode(url, login, POSTGRES);
    }

    static UserCode onMariaDb(String url, Properties login) {
        return new UserCode(url, login, MARIADB);
    }

    /** Uses a connection for each partition, and a statement and a commit for each row. */
    DataStreamWriter<Row> rowAtATime(Dataset<Row> rows) {
        return rows.writeStream().foreach(new RowAtATime(this));
    }

    /** Uses {@code foreachPartition}, JDBC batches of 1,000 rows with options for the driver, and one commit. */
    DataStreamWriter<Row> inBatches(Dataset<Row> rows, String options) {
        ForeachPartitionFunction<Row> partition = iterator -> send(iterator, options);
        VoidFunction2<Dataset<Row>, Long> batch = (data, id) -> data.foreachPartition(partition);
        return rows.writeStream().foreachBatch(batch);
    }

    /** Uses Spark's own writer, which can only append. */
    DataStreamWriter<Row> sparkAppend(Dataset<Row> rows, String options) {
        VoidFunction2<Dataset<Row>, Long> batch =
                (data, id) -> data.write().mode("append").jdbc(url + options, "bench", login);
        return rows.writeStream().foreachBatch(batch);
    }

    private void send(Iterator<Row> rows, String options) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url + options, login);
                PreparedStatement statement = connection.prepareStatement(upsert)) {
            connection.setAutoCommit(false);
            for (int pending = 1; rows.hasNext(); pending++) {
                bind(statement, rows.next());
                statement.addBatch();
                if (pending % BATCH == 0 || !rows.hasNext()) {
                    statement.executeBatch();
                }
            }
            connection.commit();
        }
    }

    private static void bind(PreparedStatement upsert, Row row) throws SQLException {
        upsert.setLong(1, row.getLong(0));
        upsert.setString(2, row.getString(1));
        upsert.setLong(3, row.getLong(2));
        upsert.setTimestamp(4, row.getTimestamp(3));
        upsert.setDouble(5, row.getDouble(4));
        upsert.setString(6, row.getString(5));
    }

    private static final class RowAtATime extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        private final UserCode code;
        private transient @Nullable Connection connection;
        private transient @Nullable PreparedStatement upsert;

        RowAtATime(UserCode code) {
            this.code = code;
        }

        @Override
        public boolean open(long partition, long epoch) {
            try {
                connection = DriverManager.getConnection(code.url, code.login);
                upsert = connection.prepareStatement(code.upsert);
                return true;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void process(Row row) {
            try {
                PreparedStatement statement = Objects.requireNonNull(upsert);
                bind(statement, row);
                statement.executeUpdate();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close(@Nullable Throwable error) {
            try {
                if (connection != null) {
                    connection.close();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
