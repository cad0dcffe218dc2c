package io.millrace.benchmarks;

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

/** What users write themselves, in the three shapes that tutorials teach. */
final class UserCode {
    private static final String UPSERT = """
            INSERT INTO bench (id, name, amount, at, score, doc) VALUES (?, ?, ?, ?, ?, ?::jsonb)
            ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, amount = EXCLUDED.amount, at = EXCLUDED.at,
                                           score = EXCLUDED.score, doc = EXCLUDED.doc
            """;
    private static final int BATCH = 1_000;

    private UserCode() {}

    /** A connection for each partition, a statement and a commit for each row. */
    static DataStreamWriter<Row> naive(Dataset<Row> rows, String url, Properties login) {
        return rows.writeStream().foreach(new RowAtATime(url, login));
    }

    /** {@code foreachPartition} with batches of 1,000 rows, rewritten by the driver, and one commit. */
    static DataStreamWriter<Row> good(Dataset<Row> rows, String url, Properties login) {
        ForeachPartitionFunction<Row> partition = iterator -> inBatches(iterator, url, login);
        VoidFunction2<Dataset<Row>, Long> batch = (data, id) -> data.foreachPartition(partition);
        return rows.writeStream().foreachBatch(batch);
    }

    /** Spark's own writer, which can only append. */
    static DataStreamWriter<Row> sparkAppend(Dataset<Row> rows, String url, Properties login) {
        VoidFunction2<Dataset<Row>, Long> batch = (data, id) -> data.write()
                .mode("append")
                .jdbc(url + "?reWriteBatchedInserts=true&stringtype=unspecified", "bench", login);
        return rows.writeStream().foreachBatch(batch);
    }

    private static void inBatches(Iterator<Row> rows, String url, Properties login) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url + "?reWriteBatchedInserts=true", login);
                PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
            connection.setAutoCommit(false);
            for (int pending = 1; rows.hasNext(); pending++) {
                bind(upsert, rows.next());
                upsert.addBatch();
                if (pending % BATCH == 0 || !rows.hasNext()) {
                    upsert.executeBatch();
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

        private final String url;
        private final Properties login;
        private transient @Nullable Connection connection;
        private transient @Nullable PreparedStatement upsert;

        RowAtATime(String url, Properties login) {
            this.url = url;
            this.login = login;
        }

        @Override
        public boolean open(long partition, long epoch) {
            try {
                connection = DriverManager.getConnection(url, login);
                upsert = connection.prepareStatement(UPSERT);
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
