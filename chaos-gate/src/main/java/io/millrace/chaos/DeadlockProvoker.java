package io.millrace.chaos;

import io.millrace.chaos.checker.Truth;
import io.millrace.chaos.proxy.DaemonThread;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Provokes deadlocks: locks the rows of a writer in the opposite order, in a session that is never the victim. */
final class DeadlockProvoker {
    /** Splits the keys of each partition, since a task may write only one partition. */
    private static final String HALF = Truth.KEYS_PER_PARTITION + " %s " + Truth.KEYS_PER_PARTITION / 2;

    private static final long PATIENCE_SECONDS = 10;
    private static final String BLOCKED =
            "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))";

    private final Environment environment;
    private final String schema;
    private final String table;
    private volatile @Nullable Thread crossing;

    /** @param table a table whose rows the writer locks in the order of its column {@code key} */
    DeadlockProvoker(Environment environment, String schema, String table) {
        this.environment = environment;
        this.schema = schema;
        this.table = table;
    }

    /** Locks the upper half of the keys now, and the lower half as soon as the writer waits for this session. */
    void provoke() {
        try {
            Connection connection = environment.connect(schema);
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.execute("SET deadlock_timeout = '20s'");
            lock(statement, ">=");
            crossing = DaemonThread.start("chaos-deadlock", () -> cross(connection, statement));
        } catch (SQLException e) {
            System.err.println("Cannot provoke a deadlock: " + e.getMessage());
        }
    }

    /** Waits until it has released all locks. */
    void awaitEnd() throws InterruptedException {
        Thread known = crossing;
        if (known != null) {
            known.join();
        }
    }

    private void cross(Connection connection, Statement statement) {
        try (connection;
                statement) {
            if (awaitVictim(statement)) {
                lock(statement, "<");
            }
            connection.rollback();
        } catch (SQLException e) {
            System.err.println("The deadlock provoker failed: " + e.getMessage());
        }
    }

    private static boolean awaitVictim(Statement statement) throws SQLException {
        Deadline deadline = Deadline.in(PATIENCE_SECONDS);
        while (deadline.open()) {
            try (ResultSet blocked = statement.executeQuery(BLOCKED)) {
                if (blocked.next() && blocked.getLong(1) > 0) {
                    return true;
                }
            }
            Deadline.pause();
        }
        return false;
    }

    private void lock(Statement statement, String side) throws SQLException {
        statement.execute("SELECT FROM " + table + " WHERE key % " + HALF.formatted(side) + " ORDER BY key FOR UPDATE");
    }
}
