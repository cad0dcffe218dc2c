package io.millrace.samples.demo;

import io.millrace.core.Secret;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL database for the counts.
 *
 * @param user null for the default of the driver
 * @param password null if there is none
 */
public record DemoDatabase(
        String url, @Nullable String user, @Nullable Secret password) {
    public static final String PASSWORD = "PGPASSWORD";

    /** Starts an embedded server, if it is not running, and creates an empty table. */
    public static DemoDatabase embeddedWithEmptyTable() {
        TestPostgres postgres = TestPostgres.shared();
        try {
            postgres.execute("drop table if exists " + Traffic.TABLE, Traffic.TABLE_DDL);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot create the table in the embedded PostgreSQL", e);
        }
        return embedded();
    }

    /** Returns the embedded server without changes. */
    public static DemoDatabase embedded() {
        TestPostgres postgres = TestPostgres.shared();
        return new DemoDatabase(
                postgres.jdbcUrl(),
                postgres.user(),
                Secret.from(() -> TestPostgres.shared().password()));
    }

    /** Returns a server of the user, after checking that it has an empty table. */
    public static DemoDatabase checked(String url, @Nullable String user) {
        DemoDatabase database = at(url, user);
        database.requireReady();
        return database;
    }

    /** Returns a server of the user, without connecting to it. */
    public static DemoDatabase at(String url, @Nullable String user) {
        Secret password = System.getenv(PASSWORD) == null ? null : Secret.env(PASSWORD);
        return new DemoDatabase(url, user, password);
    }

    public Database forSink() {
        Database database = Database.at(url);
        database = user == null ? database : database.user(user);
        return password == null ? database : database.password(password);
    }

    long rows() throws SQLException {
        AtomicLong rows = new AtomicLong();
        select("select count(*) from " + Traffic.TABLE, row -> rows.set(row.getLong(1)));
        return rows.get();
    }

    Map<Bucket, Long> counts() throws SQLException {
        return counts(Traffic.TABLE);
    }

    /** Returns the counts in a table with the same columns. */
    Map<Bucket, Long> counts(String table) throws SQLException {
        Map<Bucket, Long> counts = new HashMap<>();
        select(
                "select window_start, zip, count from " + table,
                row -> counts.put(new Bucket(row.getTimestamp(1).toInstant(), row.getString(2)), row.getLong(3)));
        return counts;
    }

    /** Returns the ten windows with the most hits: window, hits, number of ZIP codes, busiest ZIP code. */
    List<String[]> busiestWindows() throws SQLException {
        String query = "select window_start, sum(count), count(*), (array_agg(zip order by count desc, zip))[1]"
                + " from " + Traffic.TABLE + " group by window_start order by 2 desc, 1 limit 10";
        List<String[]> rows = new ArrayList<>();
        select(
                query,
                row -> rows.add(new String[] {
                    TimeOfDay.window(row.getTimestamp(1).toInstant()),
                    String.format("%,d", row.getLong(2)),
                    row.getString(3),
                    row.getString(4) + " " + Zips.placeOf(row.getString(4))
                }));
        return rows;
    }

    /** Returns the column names, followed by all rows of a small table, as text. */
    public List<String[]> rows(String table) throws SQLException {
        List<String[]> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet all = statement.executeQuery("select * from " + table + " order by 1, 2")) {
            int columns = all.getMetaData().getColumnCount();
            rows.add(texts(columns, column -> all.getMetaData().getColumnLabel(column)));
            while (all.next()) {
                rows.add(texts(columns, all::getString));
            }
        }
        return rows;
    }

    private static String[] texts(int columns, ColumnReader reader) throws SQLException {
        String[] texts = new String[columns];
        for (int column = 1; column <= columns; column++) {
            texts[column - 1] = reader.read(column);
        }
        return texts;
    }

    /** Returns the number of open connections of Millrace sinks, in all JVMs. */
    long connectionsOfSinks() throws SQLException {
        AtomicLong connections = new AtomicLong();
        select(
                "select count(*) from pg_stat_activity where application_name = 'millrace'",
                row -> connections.set(row.getLong(1)));
        return connections.get();
    }

    private void select(String query, RowReader reader) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("loginTimeout", "10");
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        return DriverManager.getConnection(url, properties);
    }

    void requireReady() {
        Database shown;
        try {
            shown = forSink();
        } catch (IllegalArgumentException e) {
            throw new DemoFailure("--jdbc: " + e.getMessage(), e);
        }
        try {
            long rows = rows();
            if (rows > 0) {
                throw new DemoFailure("The table " + Traffic.TABLE + " at " + shown + " has " + rows
                        + " rows, but must be empty: run \"truncate " + Traffic.TABLE + "\".");
            }
        } catch (SQLException e) {
            throw new DemoFailure(message(e, shown), e);
        }
    }

    private static String message(SQLException e, Database database) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        // 08004: the server requires a password, but there is none.
        if (state.startsWith("08") && !state.equals("08004")) {
            return "Cannot reach PostgreSQL at " + database
                    + ": start it, correct --jdbc, or omit --jdbc to use an embedded one.";
        }
        if (state.startsWith("28") || state.equals("08004")) {
            return "PostgreSQL at " + database
                    + " rejects this user or password: correct --user and the environment variable " + PASSWORD + ".";
        }
        return switch (state) {
            case "3D000" -> "PostgreSQL has no database " + database + ": create it, or correct --jdbc.";
            case "42P01" ->
                "The table " + Traffic.TABLE + " does not exist at " + database + ": create it with \""
                        + Traffic.TABLE_DDL + "\".";
            case "42501" ->
                "The user has no permission to read the table " + Traffic.TABLE + " at " + database
                        + ": grant select, insert and update on it.";
            default ->
                "PostgreSQL at " + database + " returned an error (" + state + "): "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        };
    }

    @FunctionalInterface
    private interface ColumnReader {
        String read(int column) throws SQLException;
    }

    @FunctionalInterface
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }
}
