package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.ConnectionSettings;
import java.util.Properties;

/** Configures connections to PostgreSQL: with time-outs, and without row values in the server's error texts. */
final class PostgresLogin {
    /** How long the socket waits beyond the time-out of a statement before the connection counts as lost. */
    private static final int SILENCE_SECONDS = 10;

    /** Enough to sort a flush in memory; the server's default of 4 MB is not. */
    private static final String SORT_MEMORY = "64MB";

    /**
     * Makes the server drop a client whose host is gone after half a minute. None of its other time-outs ends a
     * transaction that was cut off in the middle of a message, and its default is two hours, with the rows locked.
     */
    private static final String CLIENT_IS_GONE =
            "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

    private PostgresLogin() {}

    static Properties properties(ConnectionSettings settings) {
        Properties properties = new Properties();
        long connectSeconds = settings.connectTimeout().toSeconds();
        long statementSeconds = settings.statementTimeout().toSeconds();
        properties.setProperty("connectTimeout", Long.toString(connectSeconds));
        properties.setProperty("loginTimeout", Long.toString(connectSeconds));
        properties.setProperty("socketTimeout", Long.toString(statementSeconds + SILENCE_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("logServerErrorDetail", "false");
        // Sends several statements without parameters in one message, so that the connection cannot be cut between
        // them.
        properties.setProperty("preferQueryMode", "extendedForPrepared");
        properties.setProperty("ApplicationName", "millrace");
        properties.setProperty("binaryTransferEnable", PostgresArray.OBJECT_IDS);
        return properties;
    }

    /** The first statement on each pooled connection. */
    static String sessionSettings(ConnectionSettings settings) {
        long statementMillis = settings.statementTimeout().toMillis();
        // The time-out of locks is shorter than that of statements, so that the error says what the statement waited
        // for.
        return "SET statement_timeout = " + statementMillis + "; SET lock_timeout = " + statementMillis / 2
                + "; SET idle_in_transaction_session_timeout = " + statementMillis + "; SET work_mem = '" + SORT_MEMORY
                + "'; " + CLIENT_IS_GONE;
    }
}
