package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The statements of a batch whose refused rows become dead letters. Always through a stage, which takes every row: one
 * with a value that does not fit as its refusal.
 */
public interface DeadLetterMergeSql extends ExactlyOnceSql {
    Unfit unfit(Connection connection, TableName stage, Long[] attempts) throws SQLException;

    /** Makes those dead letters. */
    void keepUnfit(Connection connection, TableName stage, Long[] attempts, Letters letters) throws SQLException;

    /** Makes parts of the stage quick to find; a transaction of its own. */
    void prepareParts(Connection connection, TableName stage) throws SQLException;

    /** Brings those rows of the attempts into the table whose numbers lie between two, both included. */
    void merge(Connection connection, TableName stage, Long[] attempts, long first, long last) throws SQLException;

    /** Whether the server can go through staged rows {@link #oneByOne}. */
    boolean isOneByOne(Connection connection) throws SQLException;

    /** The same as {@link #merge}, one row after the other, without those that the table refuses: gives their numbers, and why. */
    List<Refusal> oneByOne(Connection connection, TableName stage, Long[] attempts, long first, long last)
            throws SQLException;

    /** Staged rows as the stream had them, in the order of their numbers. */
    List<Row> rows(Connection connection, TableName stage, Long[] attempts, Long[] numbers) throws SQLException;

    /** How many rows are staged, how many of them did not fit, and why one of them did not: empty if all did. */
    record Unfit(long staged, long rows, String reason) {}

    /** Where refused rows go. */
    @FunctionalInterface
    interface Letters {
        /**
         * Adds the rows of a query.
         *
         * @param letters what it selects: SQLSTATE, reason, digest and row
         * @param from the rest of it, with one parameter
         */
        void addAll(Connection connection, String letters, String from, Object parameter) throws SQLException;
    }
}
