package io.millrace.samples;

import io.millrace.testkit.SinkContract;
import io.millrace.testkit.TargetFaults;
import io.millrace.testkit.TargetLimit;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sink written by hand keeps the promise of an upsert. */
class OrdersSinkTest extends SinkContract {
    @RegisterExtension
    static final TestPostgres postgres = TestPostgres.start();

    static final TargetFaults faults = new TargetFaults();

    @Override
    protected Promise promise() {
        return Promise.UPSERT;
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        String url = "jdbc:postgresql://127.0.0.1:" + faults.through(postgres.port()) + "/postgres";
        return rows.writeStream().foreachBatch(new OrdersSink(url, postgres.user(), postgres.password()));
    }

    @Override
    protected List<Row> target() {
        List<Row> rows = new ArrayList<>();
        try (Connection connection = postgres.connect();
                ResultSet found = connection.createStatement().executeQuery("SELECT * FROM orders")) {
            while (found.next()) {
                OffsetDateTime seen = found.getObject("seen", OffsetDateTime.class);
                rows.add(RowFactory.create(
                        found.getLong("id"),
                        found.getLong("version"),
                        found.getString("name"),
                        found.getObject("amount", Double.class),
                        seen == null ? null : seen.toInstant()));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    @Override
    protected void reset() {
        execute(
                "DROP TABLE IF EXISTS orders, hidden",
                "CREATE TABLE orders (id bigint PRIMARY KEY, version bigint, name text, amount double precision,"
                        + " seen timestamptz)");
    }

    @Override
    protected AutoCloseable outage() {
        execute("ALTER TABLE orders RENAME TO hidden");
        return () -> execute("ALTER TABLE hidden RENAME TO orders");
    }

    @Override
    protected TargetFaults faults() {
        return faults;
    }

    @Override
    protected Set<TargetLimit> limits() {
        return EnumSet.of(TargetLimit.NUL_CHARACTER); // PostgreSQL has it in no text.
    }

    private static void execute(String... statements) {
        try {
            postgres.execute(statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The sink: a version that is not older replaces the row of its id, all rows of a batch in one transaction. */
    record OrdersSink(String url, String user, String password) implements VoidFunction2<Dataset<Row>, Long> {
        @Override
        public String toString() {
            return "a sink into " + url; // A record would show its password as well.
        }

        @Override
        public void call(Dataset<Row> batch, Long id) throws SQLException {
            try (Connection connection = DriverManager.getConnection(url, user, password);
                    PreparedStatement upsert = connection.prepareStatement(
                            "INSERT INTO orders VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                                    + " (version, name, amount, seen) ="
                                    + " (excluded.version, excluded.name, excluded.amount, excluded.seen)"
                                    + " WHERE excluded.version >= orders.version")) {
                connection.setAutoCommit(false);
                for (Row row : batch.collectAsList()) {
                    for (int column = 0; column < row.length(); column++) {
                        upsert.setObject(column + 1, row.get(column));
                    }
                    upsert.addBatch();
                }
                upsert.executeBatch();
                connection.commit();
            }
        }
    }
}
