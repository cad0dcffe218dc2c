package io.millrace.benchmarks;

import io.millrace.core.Secret;
import io.millrace.sinks.jdbc.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The table {@code bench} of a server, which every way of writing writes. */
interface BenchTable {
    String url();

    String user();

    String password();

    /** Beside its key {@code id}. */
    String columns();

    /** With auto-commit. */
    Connection open() throws SQLException;

    void execute(String... statements) throws SQLException;

    /** Lets the server write back what is left. */
    void settle() throws SQLException;

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

    /** Without auto-commit. */
    default Connection connect() throws SQLException {
        Connection connection = open();
        connection.setAutoCommit(false);
        return connection;
    }

    /** An empty table, with or without its key, and nothing left to write back. */
    default void fresh(boolean keyed) throws SQLException {
        execute(
                "DROP TABLE IF EXISTS bench, bench_refused, millrace_ledger, millrace_fence",
                "CREATE TABLE bench (id bigint" + (keyed ? " PRIMARY KEY, " : ", ") + columns() + ")");
        settle();
    }

    /** Refuses a contender that has not written what it was given. */
    default void holds(long rows) throws SQLException {
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
