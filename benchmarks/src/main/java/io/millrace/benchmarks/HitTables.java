package io.millrace.benchmarks;

import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The tables that contenders fill, on a PostgreSQL server with durable commits, as in production. */
final class HitTables implements AutoCloseable {
    static final String COUNTS = "hits_per_window";
    static final String RAW = "raw_hits";

    private final TestPostgres postgres = TestPostgres.configured()
            .setting("max_wal_size", "8GB")
            .setting("shared_buffers", "512MB")
            .setting("track_commit_timestamp", "on")
            .start();

    /** Creates empty tables and makes the server write modified pages to disk. */
    void recreate() throws SQLException {
        postgres.execute(
                "DROP TABLE IF EXISTS " + COUNTS + ", " + RAW + ", millrace_ledger, millrace_fence",
                "CREATE TABLE " + COUNTS + " (window_start timestamptz, window_end timestamptz, zip text,"
                        + " count bigint, PRIMARY KEY (window_start, zip))",
                "CREATE TABLE " + RAW + " (partition int, \"offset\" bigint, value text)",
                "CHECKPOINT");
    }

    /** Fails if a window is missing, or has another count than expected. */
    void requireCounts(Map<String, Long> expected) throws SQLException {
        Map<String, Long> found = new HashMap<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT extract(epoch FROM window_start)::bigint * 1000 || ' ' || zip, count FROM " + COUNTS)) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getLong(2));
            }
        }
        if (!found.equals(expected)) {
            throw new IllegalStateException("The table has " + found.size() + " windows with " + sum(found)
                    + " hits, not " + expected.size() + " with " + sum(expected) + ", or other counts.");
        }
    }

    /** Fails if a hit is missing or doubled. */
    void requireRaw(long hits) throws SQLException {
        String found = text("SELECT count(*) || ' of ' || count(DISTINCT (partition, \"offset\")) FROM " + RAW);
        if (!found.equals(hits + " of " + hits)) {
            throw new IllegalStateException("The table has " + found + " hits, not " + hits + ".");
        }
    }

    Database database() {
        return Database.at(postgres);
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
        return postgres.connect();
    }

    String text(String query) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() {
        postgres.close();
    }
}
