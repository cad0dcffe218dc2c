package io.millrace.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Another session that takes the locks of the same rows in the opposite order, and never is the one that gives in. */
final class DeadlockProvoker {
    /** Of the keys of each partition, since a task may write only those of one. */
    private static final String HALF = Truth.KEYS_PER_PARTITION + " %s " + Truth.KEYS_PER_PARTITION / 2;

    private static final long PATIENCE_SECONDS = 10;
    private static final String BLOCKED =
            "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))";

    private final Environment rig;
    private final String schema;
    private final String table;
    private volatile @Nullable Thread crossing;

    /** @param table one with the column {@code key}, whose rows the writer locks in the order of it */
    DeadlockProvoker(Environment rig, String schema, String table) {
        this.rig = rig;
        this.schema = schema;
        this.table = table;
    }

    /** Takes the upper half now, and the lower half as soon as the writer waits for this session. */
    void provoke() {
        try {
            Connection connection = rig.connect(schema);
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.execute("SET deadlock_timeout = '20s'");
            lock(statement, ">=");
            crossing = ProxyLink.daemon("chaos-rival", () -> cross(connection, statement));
        } catch (SQLException e) {
            System.err.println("The rival could not begin: " + e.getMessage());
        }
    }

    /** Returns when it has let all locks go again. */
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
            System.err.println("The rival gave up: " + e.getMessage());
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
