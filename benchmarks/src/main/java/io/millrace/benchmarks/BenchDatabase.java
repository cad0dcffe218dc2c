package io.millrace.benchmarks;

import io.millrace.core.Secret;
import io.millrace.sinks.Database;
import io.millrace.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The PostgreSQL that is written to, durable as in production, with room between checkpoints. */
final class BenchDatabase implements AutoCloseable {
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

    Connection connect() throws SQLException {
        Connection connection = postgres.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    /** An empty table, with or without its key, and nothing left to write back. */
    void fresh(boolean keyed) throws SQLException {
        postgres.execute(
                "DROP TABLE IF EXISTS bench, millrace_ledger, millrace_fence",
                "CREATE TABLE bench (id bigint" + (keyed ? " PRIMARY KEY, " : ", ") + JdbcRows.COLUMNS + ")");
        settle();
    }

    void settle() throws SQLException {
        postgres.execute("CHECKPOINT");
    }

    /** Refuses a contender that has not written what it was given. */
    void holds(long rows) throws SQLException {
        if (number("SELECT count(*) FROM bench") != rows) {
            throw new IllegalStateException(
                    "the table has " + number("SELECT count(*) FROM bench") + " rows, not " + rows);
        }
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

    private long number(String query) throws SQLException {
        return Long.parseLong(text(query));
    }

    private String text(String query) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }
}
