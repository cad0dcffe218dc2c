package io.millrace.sinks.jdbc;

import io.millrace.core.Transforms;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.TestStreams;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A driver that writes a batch into two tables, of which the second is locked. It ends as if it was killed when it has
 * merged the rows of the first and waits for the second.
 */
final class TablesDriver {
    static final int BETWEEN = 43;

    private TablesDriver() {}

    /** Arguments: URL, directory of the checkpoint. */
    public static void main(String[] arguments) throws Exception {
        TestStreams.session();
        Database database = ChildDriver.database(arguments[0]);
        Thread watcher = new Thread(() -> haltBetweenTheTables(database));
        watcher.setDaemon(true);
        watcher.start();
        JdbcTarget target = Sinks.jdbc(database);
        Batches.batch(
                target.tableFrom(
                                "topic",
                                Map.of(
                                        "orders",
                                        target.table("routed_orders")
                                                .appendExactlyOnce()
                                                .after(Transforms.select("id")),
                                        "payments",
                                        target.table("routed_payments")
                                                .appendExactlyOnce()
                                                .after(Transforms.select("id"))))
                        .write(TablesCheck.stream(2)),
                Path.of(arguments[1]));
    }

    private static void haltBetweenTheTables(Database database) {
        try (Connection connection = DriverManager.getConnection(
                        database.url().text(),
                        String.valueOf(database.user()),
                        String.valueOf(
                                database.password() == null
                                        ? ""
                                        : database.password().reveal()));
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet waiting = statement.executeQuery("SELECT 1 FROM pg_stat_activity"
                        + " WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO%routed_payments%'")) {
                    if (waiting.next()) {
                        Runtime.getRuntime().halt(BETWEEN);
                    }
                }
                statement.execute("SELECT pg_sleep(0.005)");
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
