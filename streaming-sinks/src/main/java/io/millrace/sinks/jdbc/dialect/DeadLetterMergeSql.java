package io.millrace.sinks.jdbc.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The statements of a micro-batch whose refused rows become dead letters. All rows go through a staging table, which
 * accepts every row: instead of an invalid row it stores the refusal.
 */
public interface DeadLetterMergeSql extends StagingSql {
    /** Counts the staged rows of the attempts, and the invalid ones among them. */
    StagedCounts counts(Connection connection, TableName staging, Long[] attempts) throws SQLException;

    /** Writes the invalid rows to the table of dead letters. */
    void keepInvalid(Connection connection, TableName staging, Long[] attempts, Letters letters) throws SQLException;

    /** Indexes the staging table for merges of ranges, in a transaction of its own. */
    void prepareRanges(Connection connection, TableName staging) throws SQLException;

    /** Merges the valid rows of the attempts into the table, in the order of the key. */
    void merge(Connection connection, TableName staging, Long[] attempts) throws SQLException;

    /** Merges the valid rows of the attempts in a range of numbers, both ends included. */
    void merge(Connection connection, TableName staging, Long[] attempts, long first, long last) throws SQLException;

    /** Whether the server can merge staged rows {@link #oneByOne}. */
    boolean isOneByOne(Connection connection) throws SQLException;

    /**
     * Merges a range like {@link #merge}, but row by row, and returns the refusals of the rows that the table refuses.
     */
    List<Refusal> oneByOne(Connection connection, TableName staging, Long[] attempts, long first, long last)
            throws SQLException;

    /** Reads staged rows in the stream's types, in the order of their numbers. */
    List<Row> rows(Connection connection, TableName staging, Long[] attempts, Long[] numbers) throws SQLException;

    /**
     * Counts of staged rows.
     *
     * @param reason why one of the invalid rows is invalid; empty if no row is
     */
    record StagedCounts(long rows, long invalid, String reason) {}

    /** Receives refused rows. */
    @FunctionalInterface
    interface Letters {
        /**
         * Adds the rows of a query.
         *
         * @param letters the selected columns: SQLSTATE, reason, digest and row
         * @param from the rest of the query, with one parameter
         */
        void addAll(Connection connection, String letters, String from, Object parameter) throws SQLException;
    }
}
