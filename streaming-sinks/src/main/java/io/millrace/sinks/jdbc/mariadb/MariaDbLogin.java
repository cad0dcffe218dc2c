package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.ConnectionSettings;
import java.util.Properties;

/** Configures connections to MariaDB: with time-outs, and with a session that neither truncates nor shifts values. */
final class MariaDbLogin {
    /** How long the socket waits beyond the time-out of a statement before the connection counts as lost. */
    private static final int SILENCE_SECONDS = 10;

    /**
     * How long the server keeps the transaction of an idle client. Long enough for a task that waits for its rows; the
     * pool closes idle connections sooner.
     */
    private static final int CLIENT_SILENCE_SECONDS = 600;

    /** Without these a text that is too long is cut, 31 February becomes 0000-00-00, and key 0 counts as missing. */
    private static final String STRICT = "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_AUTO_VALUE_ON_ZERO,"
            + "NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO";

    private static final String NO_LOG = "mariadb.logging.disable";

    private MariaDbLogin() {}

    /**
     * Returns the driver's class before it is loaded. Its own log is switched off unless the user has set it, since it
     * contains errors of the server with values of rows.
     */
    static String quietDriver() {
        if (System.getProperty(NO_LOG) == null) {
            System.setProperty(NO_LOG, "true");
        }
        return "org.mariadb.jdbc.Driver";
    }

    static Properties properties(ConnectionSettings settings) {
        Properties properties = new Properties();
        properties.setProperty(
                "connectTimeout", Long.toString(settings.connectTimeout().toMillis()));
        properties.setProperty(
                "socketTimeout",
                Long.toString(
                        settings.statementTimeout().plusSeconds(SILENCE_SECONDS).toMillis()));
        properties.setProperty("useServerPrepStmts", "true");
        properties.setProperty("useBulkStmts", "false");
        properties.setProperty("useBulkStmtsForInserts", "false");
        properties.setProperty("allowLocalInfile", "false");
        return properties;
    }

    /** The first statement on each pooled connection. READ COMMITTED avoids locks between keys, which block others. */
    static String sessionSettings(ConnectionSettings settings) {
        long seconds = settings.statementTimeout().toSeconds();
        long lockSeconds = Math.max(1, seconds / 2);
        return "SET SESSION sql_mode = '" + STRICT + "', time_zone = '+00:00', tx_isolation = 'READ-COMMITTED',"
                + " max_statement_time = " + seconds + ", innodb_lock_wait_timeout = " + lockSeconds
                + ", lock_wait_timeout = " + lockSeconds + ", wait_timeout = " + CLIENT_SILENCE_SECONDS;
    }
}
