package io.millrace.sinks.jdbc;

import io.millrace.core.Problem;
import java.sql.SQLException;

/** Describes in one sentence why the driver could not connect to the database. */
final class LoginProblem {
    /** MariaDB's error code for an unknown database; its SQLSTATE is that of any wrong statement. */
    private static final int NO_SUCH_DATABASE = 1049;

    /** The server, or a pooler in front of it, answers but rejects the connection. */
    private static final String REFUSED_BY_PROTOCOL = "08P01";

    private LoginProblem() {}

    /** Whether the server has refused the user or the password. */
    static boolean isRefusal(SQLException thrown) {
        return thrown.getSQLState() != null && thrown.getSQLState().startsWith("28");
    }

    static Problem of(Database database, SQLException thrown) {
        String state = thrown.getSQLState() == null ? "" : thrown.getSQLState();
        if (isRefusal(thrown)) {
            return problem(
                    database,
                    "the server refuses this user or its password",
                    "Correct user(...) and password(...), or let the role in.");
        }
        if (state.equals("3D000") || thrown.getErrorCode() == NO_SUCH_DATABASE) {
            return problem(database, "the server has no such database", "Create it, or correct the URL.");
        }
        if (state.startsWith("08") && !state.equals(REFUSED_BY_PROTOCOL)) {
            return passing(database, "the server cannot be reached", "Start it, or correct host and port of the URL.");
        }
        String description = database.dialect().faults().describe(thrown);
        return database.dialect().faults().of(thrown).isTransient()
                ? passing(database, description, "Fix that and restart.")
                : problem(database, description, "Fix that and restart.");
    }

    private static Problem problem(Database database, String reason, String hint) {
        return new Problem("jdbc", database.label(), reason, hint);
    }

    private static Problem passing(Database database, String reason, String hint) {
        return new Problem("jdbc", database.label(), reason, hint, true);
    }
}
