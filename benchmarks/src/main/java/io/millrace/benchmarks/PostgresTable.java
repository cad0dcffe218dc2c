package io.millrace.benchmarks;

import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** A PostgreSQL server with durable commits, as in production, and rare checkpoints. */
final class PostgresTable implements BenchTable, AutoCloseable {
    private final TestPostgres postgres = TestPostgres.configured()
            .setting("max_wal_size", "8GB")
            .setting("shared_buffers", "512MB")
            .start();

    @Override
    public String url() {
        return postgres.jdbcUrl();
    }

    @Override
    public String user() {
        return postgres.user();
    }

    @Override
    public String password() {
        return postgres.password();
    }

    @Override
    public String columns() {
        return JdbcRows.COLUMNS;
    }

    @Override
    public Connection open() throws SQLException {
        return postgres.connect();
    }

    @Override
    public void execute(String... statements) throws SQLException {
        postgres.execute(statements);
    }

    @Override
    public void flush() throws SQLException {
        execute("CHECKPOINT");
    }

    String version() throws SQLException {
        return text("SELECT version() || ', fsync ' || current_setting('fsync') || ', synchronous_commit '"
                + " || current_setting('synchronous_commit')");
    }

    /** Returns the id of the server's first process. */
    long pid() throws IOException, SQLException {
        Path file = Path.of(text("SHOW data_directory"), "postmaster.pid");
        return Long.parseLong(Files.readAllLines(file).get(0).strip());
    }

    @Override
    public void close() {
        postgres.close();
    }
}
