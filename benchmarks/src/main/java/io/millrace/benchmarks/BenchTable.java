package io.millrace.benchmarks;

import io.millrace.core.Secret;
import io.millrace.sinks.jdbc.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The table {@code bench} of a server, which all contenders write. */
interface BenchTable {
    String url();

    String user();

    String password();

    /** Returns the columns, except the key {@code id}. */
    String columns();

    /** Opens a connection with auto-commit. */
    Connection open() throws SQLException;

    void execute(String... statements) throws SQLException;

    /** Makes the server write modified pages to disk. */
    void flush() throws SQLException;

    default Database database() {
        String password = password();
        return Database.at(url()).user(user()).password(Secret.from(() -> password));
    }

    default Properties login() {
        Properties login = new Properties();
        login.setProperty("user", user());
        login.setProperty("password", password());
        return login;
    }

    /** Opens a connection without auto-commit. */
    default Connection connect() throws SQLException {
        Connection connection = open();
        connection.setAutoCommit(false);
        return connection;
    }

    /** Creates an empty table, with or without its key, and flushes. */
    default void recreate(boolean keyed) throws SQLException {
        execute(
                "DROP TABLE IF EXISTS bench, bench_refused, millrace_ledger, millrace_fence",
                "CREATE TABLE bench (id bigint" + (keyed ? " PRIMARY KEY, " : ", ") + columns() + ")");
        flush();
    }

    /** Checks the number of rows, so that a contender that writes less fails. */
    default void requireRows(long rows) throws SQLException {
        String found = text("SELECT count(*) FROM bench");
        if (!found.equals(Long.toString(rows))) {
            throw new IllegalStateException("the table has " + found + " rows, not " + rows);
        }
    }

    default String text(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }
}
