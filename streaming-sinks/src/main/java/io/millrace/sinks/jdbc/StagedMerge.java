package io.millrace.sinks.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Merges the staged rows of a batch into their table, in the caller's transaction. */
interface StagedMerge {
    /** Merges all rows at once, or throws; returns the number of rows that the table has accepted. */
    long whole(Connection connection) throws SQLException;

    /** Whether refused rows can be kept, so that {@link #rowByRow} merges the others. */
    default boolean keepsRefusedRows() {
        return false;
    }

    /** Prepares the staging table for {@link #rowByRow}, in a transaction of its own. */
    default void prepareRowByRow(Connection connection) throws SQLException {}

    /** Merges the rows that the table accepts; returns their number. Like {@link #whole} if no refused row is kept. */
    default long rowByRow(Connection connection) throws SQLException {
        return whole(connection);
    }
}
