package io.millrace.sinks.jdbc.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import org.apache.spark.sql.Row;

/** The statements that write a whole micro-batch into a table, directly or through a staging table. */
public interface ExactlyOnceSql extends StagingSql {
    /** Writes all rows of a batch with a single task, and returns their number. */
    long write(Connection connection, Iterator<Row> rows) throws SQLException;

    /** Writes them in parts if that is possible and faster, with the same result in the table. */
    default long write(Connection connection, Iterator<Row> rows, BatchParts parts) throws SQLException {
        return write(connection, rows);
    }

    /** Counts the staged rows of the attempts. */
    long count(Connection connection, TableName staging, Long[] attempts) throws SQLException;

    /** Merges the staged rows of the attempts into the table, in the order of the key. */
    void merge(Connection connection, TableName staging, Long[] attempts) throws SQLException;
}
