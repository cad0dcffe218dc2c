package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/** The statements for a staging table, which collects the rows of the tasks of a micro-batch. */
public interface StagingSql extends Serializable {
    /** The columns of a staging table after those of the target table. */
    String ATTEMPT = "millrace_attempt";

    String SEQUENCE = "millrace_sequence";

    TableName table();

    /** Lets the transaction last as long as a task takes to produce its rows. */
    void awaitRows(Connection connection) throws SQLException;

    /** Creates a staging table that several tasks fill. */
    void create(Connection connection, TableName staging) throws SQLException;

    /**
     * Writes the rows of one task into a staging table, and returns their number.
     *
     * @param attempt the number that marks the rows
     * @param sequence the number of the first row; the last row of a key wins
     */
    long stage(Connection connection, TableName staging, Iterator<Row> rows, long attempt, long sequence)
            throws SQLException;

    /** Drops a staging table if it exists. The last statement of a transaction: it may commit what came before. */
    void drop(Connection connection, TableName staging) throws SQLException;

    /** Finds the names of tables; its parameters are a schema and the beginning of the names. */
    String stagesQuery();

    /** Finds the staging tables in the table's schema whose names begin with {@code prefix}. */
    default List<TableName> stages(Connection connection, String prefix) throws SQLException {
        return Sql.rows(
                connection, stagesQuery(), found -> table().sibling(found.getString(1)), table().schema(), prefix);
    }
}
