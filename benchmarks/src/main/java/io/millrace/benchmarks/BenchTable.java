package io.millrace.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The table {@code bench} of a server, which every way of writing writes. */
interface BenchTable {
    /** On a connection without auto-commit. */
    Connection connect() throws SQLException;

    /** An empty table, with or without its key, and nothing left to write back. */
    void fresh(boolean keyed) throws SQLException;

    /** Lets the server write back what is left. */
    void settle() throws SQLException;

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
