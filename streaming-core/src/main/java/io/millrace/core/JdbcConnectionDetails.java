package io.millrace.core;

/**
 * How to log in to a database: what {@code Database.at} of streaming-sinks takes, and what the database servers of the
 * testkit are.
 */
public interface JdbcConnectionDetails {
    /** The JDBC URL, without user and password. */
    String jdbcUrl();

    /** The user to log in as. */
    String user();

    /** Where driver and executors find the user's password. */
    Secret secret();
}
