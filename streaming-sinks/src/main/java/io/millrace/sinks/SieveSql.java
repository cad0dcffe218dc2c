package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import org.apache.spark.sql.Row;

/**
 * The statements of a batch whose refused rows become dead letters. Always through a stage, which takes every row: one
 * with a value that does not fit as its refusal.
 */
interface SieveSql extends BatchSql {
    Unfit unfit(Connection connection, TableName stage, Long[] attempts) throws SQLException;

    /** Makes those dead letters. */
    void keepUnfit(Connection connection, TableName stage, Long[] attempts, DeadLetters letters) throws SQLException;

    /** Makes parts of the stage quick to find; a transaction of its own. */
    void prepareParts(Connection connection, TableName stage) throws SQLException;

    /** Brings those rows of the attempts into the table whose numbers lie between two, both included. */
    void merge(Connection connection, TableName stage, Long[] attempts, long first, long last) throws SQLException;

    /** A staged row as the stream had it. */
    Row row(Connection connection, TableName stage, Long[] attempts, long number) throws SQLException;

    /** How many of the staged rows did not fit, and why one of them did not: empty where all did. */
    record Unfit(long rows, String reason) {}
}
