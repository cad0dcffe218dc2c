package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.Reconnect;
import io.millrace.sinks.jdbc.dialect.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that a server with PostgreSQL's protocol is a supported one, and that its session can write. */
final class PostgresServer {
    private static final int OLDEST = 14;
    private static final int OF_MAJOR = 10_000;

    /** Other products report PostgreSQL in the protocol, but their own name in their version. */
    private static final Pattern STRANGER = Pattern.compile(
            "CockroachDB|Redshift|YB|Yugabyte\\w*|Greenplum|Cloudberry|Materialize|RisingWave|QuestDB|CrateDB"
                    + "|openGauss|GaussDB|Denodo|Vertica|DSQL",
            Pattern.CASE_INSENSITIVE);

    private static final String SESSION = "SELECT pg_backend_pid()";

    private PostgresServer() {}

    static Optional<Flaw> flaw(Connection connection, Reconnect reconnect) throws SQLException {
        Optional<Flaw> unknown = unknown(connection);
        if (unknown.isPresent()) {
            return unknown;
        }
        Optional<Flaw> pooled = pooled(connection, reconnect);
        return pooled.isPresent() ? pooled : readOnly(connection);
    }

    private static Optional<Flaw> unknown(Connection connection) throws SQLException {
        String version = one(connection, "SELECT version()");
        int number = Integer.parseInt(one(connection, "SELECT current_setting('server_version_num')"));
        int major = Math.min(number / OF_MAJOR, connection.getMetaData().getDatabaseMajorVersion());
        Matcher stranger = STRANGER.matcher(version);
        if (stranger.find() || !version.startsWith("PostgreSQL ")) {
            return Optional.of(new Flaw(
                    "the server calls itself " + (stranger.reset().find() ? stranger.group() : version)
                            + ", which uses the protocol of PostgreSQL: the sinks' guarantees are not known to"
                            + " hold there",
                    "Use a PostgreSQL of version " + OLDEST + " or later."));
        }
        return major < OLDEST
                ? Optional.of(new Flaw(
                        "the server is a PostgreSQL of version " + major + ", and the sinks are tested on " + OLDEST
                                + " and later",
                        "Use a later server."))
                : Optional.empty();
    }

    private static Optional<Flaw> pooled(Connection connection, Reconnect reconnect) throws SQLException {
        return keepsSession(connection, reconnect)
                ? Optional.empty()
                : Optional.of(new Flaw(
                        "a pooler between here and the server gives each transaction another session, as PgBouncer does"
                                + " with pool_mode = transaction, and the sinks keep settings and temporary tables in"
                                + " theirs",
                        "Set pool_mode = session for this database, or name the server itself."));
    }

    /**
     * Whether two open connections have two sessions and each keeps its own; a pooler may swap them. Changes no
     * setting, since that would stay in the session of another client.
     */
    private static boolean keepsSession(Connection connection, Reconnect reconnect) throws SQLException {
        String ours = one(connection, SESSION);
        Optional<Connection> second = opened(reconnect);
        if (second.isEmpty()) {
            return true;
        }
        try (Connection other = second.get()) {
            String theirs = one(other, SESSION);
            if (theirs.equals(ours)) {
                return false;
            }
            Sql.execute(other, "BEGIN");
            boolean stays = one(other, SESSION).equals(theirs)
                    && one(connection, SESSION).equals(ours);
            Sql.execute(other, "ROLLBACK");
            // The pooler reuses the session that was returned last, or first.
            return stays
                    && one(connection, SESSION).equals(ours)
                    && one(other, SESSION).equals(theirs);
        }
    }

    /** Opens a second connection; empty if the role may have only one. */
    private static Optional<Connection> opened(Reconnect reconnect) {
        try {
            return Optional.of(reconnect.open());
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    private static Optional<Flaw> readOnly(Connection connection) throws SQLException {
        if (one(connection, "SELECT pg_is_in_recovery()").equals("t")) {
            return Optional.of(new Flaw(
                    "the server is a standby, which is read-only",
                    "Name the primary, or all servers with targetServerType=primary in the URL."));
        }
        return one(connection, "SELECT current_setting('transaction_read_only')")
                        .equals("on")
                ? Optional.of(new Flaw(
                        "sessions of this role are read-only there (default_transaction_read_only)",
                        "ALTER ROLE or ALTER DATABASE .. SET default_transaction_read_only = off, or take it from the"
                                + " URL."))
                : Optional.empty();
    }

    /** Does not use a prepared statement: with a pooler, another client may have one of the same name. */
    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            return found.next() ? String.valueOf(found.getString(1)) : "";
        }
    }
}
