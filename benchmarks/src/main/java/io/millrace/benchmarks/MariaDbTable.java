package io.millrace.benchmarks;

import io.millrace.testkit.servers.TestMariaDb;
import java.sql.Connection;
import java.sql.SQLException;

/** A table of the MariaDB server of this JVM, with durable commits, as in production. */
final class MariaDbTable implements BenchTable {
    private final TestMariaDb server = TestMariaDb.shared();

    @Override
    public String url() {
        return server.jdbcUrl();
    }

    @Override
    public String user() {
        return server.user();
    }

    @Override
    public String password() {
        return server.password();
    }

    @Override
    public String columns() {
        return JdbcRows.MARIADB_COLUMNS;
    }

    @Override
    public Connection open() throws SQLException {
        return server.connect();
    }

    @Override
    public void execute(String... statements) throws SQLException {
        server.execute(statements);
    }

    @Override
    public void flush() throws SQLException {
        execute("FLUSH TABLES bench FOR EXPORT", "UNLOCK TABLES");
    }

    String version() throws SQLException {
        try (Connection connection = connect()) {
            return "MariaDB " + text("SELECT version()") + ", innodb_flush_log_at_trx_commit "
                    + text("SELECT @@innodb_flush_log_at_trx_commit") + ", driver "
                    + connection.getMetaData().getDriverVersion();
        }
    }
}
