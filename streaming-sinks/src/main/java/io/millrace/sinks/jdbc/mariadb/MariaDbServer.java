package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.Sql;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** Checks that a MariaDB is a supported one, and that its session can write. */
final class MariaDbServer {
    private static final int OLDEST_MAJOR = 11;
    private static final int OLDEST_MINOR = 4;

    /** Error codes: an option such as --read-only, a read-only transaction, a read-only storage engine. */
    private static final Set<Integer> READ_ONLY = Set.of(1290, 1792, 1836);

    private MariaDbServer() {}

    static Optional<Flaw> flaw(Connection connection) throws SQLException {
        DatabaseMetaData server = connection.getMetaData();
        int major = server.getDatabaseMajorVersion();
        int minor = server.getDatabaseMinorVersion();
        if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR)) {
            return Optional.of(new Flaw(
                    "the server is a MariaDB of version " + major + "." + minor + ", and the sinks are tested on "
                            + OLDEST_MAJOR + "." + OLDEST_MINOR,
                    "Use a later server."));
        }
        if (logsStatements(connection)) {
            return Optional.of(new Flaw(
                    "the server logs statements (binlog_format = STATEMENT), and then refuses writes at READ"
                            + " COMMITTED, which the sinks use",
                    "SET GLOBAL binlog_format = MIXED."));
        }
        return isReadOnly(connection)
                ? Optional.of(new Flaw(
                        "the server or this session is read-only for this user",
                        "SET GLOBAL read_only = 0 and tx_read_only = 0 there, or name the primary."))
                : Optional.empty();
    }

    private static boolean logsStatements(Connection connection) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT @@log_bin = 1 AND @@binlog_format = 'STATEMENT'",
                        found -> found.getBoolean(1))
                .get(0);
    }

    /**
     * Tests writing by the error of a statement that always fails, since users with some rights may write to a
     * read-only server.
     */
    private static boolean isReadOnly(Connection connection) {
        try {
            Sql.execute(connection, "CREATE TABLE millrace_never (a int, a int)");
            return false;
        } catch (SQLException e) {
            return READ_ONLY.contains(e.getErrorCode());
        }
    }
}
