package io.millrace.benchmarks;

import io.millrace.core.Secret;
import io.millrace.sinks.Database;
import io.millrace.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/** The PostgreSQL that is written to, durable as in production, with room between checkpoints. */
final class BenchDatabase implements BenchTable, AutoCloseable {
    private final TestPostgres postgres = TestPostgres.configured()
            .setting("max_wal_size", "8GB")
            .setting("shared_buffers", "512MB")
            .start();
    private final Path passwordFile;

    BenchDatabase() throws IOException {
        passwordFile = Files.writeString(Files.createTempFile("password", ""), postgres.password());
    }

    Database database() {
        return Database.at(postgres.jdbcUrl()).user(postgres.user()).password(Secret.file(passwordFile));
    }

    String url() {
        return postgres.jdbcUrl();
    }

    Properties login() {
        Properties login = new Properties();
        login.setProperty("user", postgres.user());
        login.setProperty("password", postgres.password());
        return login;
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = postgres.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void fresh(boolean keyed) throws SQLException {
        postgres.execute(
                "DROP TABLE IF EXISTS bench, millrace_ledger, millrace_fence",
                "CREATE TABLE bench (id bigint" + (keyed ? " PRIMARY KEY, " : ", ") + JdbcRows.COLUMNS + ")");
        settle();
    }

    @Override
    public void settle() throws SQLException {
        postgres.execute("CHECKPOINT");
    }

    String version() throws SQLException {
        return text("SELECT version() || ', fsync ' || current_setting('fsync') || ', synchronous_commit '"
                + " || current_setting('synchronous_commit')");
    }

    @Override
    public void close() throws IOException {
        Files.delete(passwordFile);
        postgres.close();
    }
}
