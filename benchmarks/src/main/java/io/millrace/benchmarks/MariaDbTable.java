package io.millrace.benchmarks;

import io.millrace.core.Secret;
import io.millrace.sinks.Database;
import io.millrace.testkit.TestMariaDb;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/** On the MariaDB of this JVM, durable as in production; it ends with the JVM. */
final class MariaDbTable implements BenchTable {
    private final TestMariaDb server = TestMariaDb.shared();

    Database database() {
        String password = server.password();
        return Database.at(server.jdbcUrl()).user(server.user()).password(Secret.from(() -> password));
    }

    String url() {
        return server.jdbcUrl();
    }

    Properties login() {
        Properties login = new Properties();
        login.setProperty("user", server.user());
        login.setProperty("password", server.password());
        return login;
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = server.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void fresh(boolean keyed) throws SQLException {
        server.execute(
                "DROP TABLE IF EXISTS bench, millrace_ledger, millrace_fence",
                "CREATE TABLE bench (id bigint" + (keyed ? " PRIMARY KEY, " : ", ") + JdbcRows.MARIADB_COLUMNS + ")");
        settle();
    }

    @Override
    public void settle() throws SQLException {
        server.execute("FLUSH TABLES bench FOR EXPORT", "UNLOCK TABLES");
    }

    String version() throws SQLException {
        try (Connection connection = connect()) {
            return "MariaDB " + text("SELECT version()") + ", innodb_flush_log_at_trx_commit "
                    + text("SELECT @@innodb_flush_log_at_trx_commit") + ", its driver "
                    + connection.getMetaData().getDriverVersion();
        }
    }
}
