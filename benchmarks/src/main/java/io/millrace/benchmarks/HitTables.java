package io.millrace.benchmarks;

import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The tables that contenders fill, on a PostgreSQL server with durable commits, as in production. */
final class HitTables implements AutoCloseable {
    static final String COUNTS = "hits_per_window";
    static final String RAW = "raw_hits";
    static final String LATEST = "latest_hits";

    /** What {@link #COUNTS} has held. */
    private static final String HISTORY = "history";

    private final TestPostgres postgres = TestPostgres.configured()
            .setting("max_wal_size", "8GB")
            .setting("shared_buffers", "512MB")
            .setting("track_commit_timestamp", "on")
            .start();

    /** Creates empty tables and makes the server write modified pages to disk. */
    void recreate() throws SQLException {
        postgres.execute(
                "DROP TABLE IF EXISTS " + COUNTS + ", " + RAW + ", " + LATEST + ", " + HISTORY
                        + ", millrace_ledger, millrace_fence",
                "CREATE TABLE " + COUNTS + " (window_start timestamptz, window_end timestamptz, zip text,"
                        + " count bigint, PRIMARY KEY (window_start, zip))",
                "CREATE TABLE " + RAW + " (partition int, \"offset\" bigint, timestamp timestamptz, value text)",
                "CREATE TABLE " + LATEST + " (id bigint PRIMARY KEY, zip text, hittime timestamptz)",
                "CHECKPOINT");
    }

    /** Makes the server keep all that the counts have been, with the time of each commit. */
    void keepHistory() throws SQLException {
        postgres.execute(
                "CREATE TABLE " + HISTORY + " (window_start timestamptz, zip text, count bigint)",
                "CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO history VALUES (NEW.window_start, NEW.zip, NEW.count);"
                        + " RETURN NULL; END'",
                "CREATE TRIGGER keep AFTER INSERT OR UPDATE ON " + COUNTS + " FOR EACH ROW EXECUTE FUNCTION keep()");
    }

    /** Returns the milliseconds from each hit to the commit of the first count of its first window that includes it. */
    double[] countLatencies(SentHits sent) throws SQLException {
        Map<String, Deque<double[]>> history = new HashMap<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT extract(epoch FROM window_start)::bigint * 1000"
                        + " || ' ' || zip, count, extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000"
                        + " FROM " + HISTORY + " ORDER BY count")) {
            while (rows.next()) {
                history.computeIfAbsent(rows.getString(1), none -> new ArrayDeque<>())
                        .add(new double[] {rows.getDouble(2), rows.getDouble(3)});
            }
        }
        return sent.latencies(history);
    }

    /** Returns the milliseconds from the timestamp of each record to the commit of its row, from a moment on. */
    double[] rowLatencies(String table, String time, long fromMillis) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT array_agg(latency) FROM (SELECT"
                        + " (extract(epoch FROM pg_xact_commit_timestamp(xmin)) - extract(epoch FROM " + time + "))"
                        + " * 1000::float8 AS latency FROM " + table + " WHERE " + time
                        + " >= to_timestamp(" + fromMillis + " / 1000.0)) AS latencies")) {
            rows.next();
            Array found = rows.getArray(1);
            return found == null
                    ? new double[0]
                    : Arrays.stream((Number[]) found.getArray())
                            .mapToDouble(Number::doubleValue)
                            .toArray();
        }
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

    /** Fails if the sum of all counts is another one. */
    void requireTotal(long total) throws SQLException {
        String found = text("SELECT coalesce(sum(count), 0)::bigint FROM " + COUNTS);
        if (!found.equals(Long.toString(total))) {
            throw new IllegalStateException("The table counts " + found + " hits, not " + total + ".");
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
