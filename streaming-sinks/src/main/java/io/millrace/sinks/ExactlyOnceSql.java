package io.millrace.sinks;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/** The statements that bring a whole micro-batch into a table, straight or from a stage of its own. */
public interface ExactlyOnceSql extends Serializable {
    /** Columns of a stage after those of the table. */
    String ATTEMPT = "millrace_attempt";

    String SEQUENCE = "millrace_sequence";

    TableName table();

    /** Lets the transaction last as long as the rows of a task take to come. */
    void awaitRows(Connection connection) throws SQLException;

    /** All rows of a batch into the table, if one task has them; gives their number. */
    long write(Connection connection, Iterator<Row> rows) throws SQLException;

    /** Creates a stage that several tasks fill. */
    void create(Connection connection, TableName stage) throws SQLException;

    /**
     * The rows of one task into a stage; gives their number.
     *
     * @param attempt marks them
     * @param sequence of the first of them; the last row of a key wins
     */
    long stage(Connection connection, TableName stage, Iterator<Row> rows, long attempt, long sequence)
            throws SQLException;

    long count(Connection connection, TableName stage, Long[] attempts) throws SQLException;

    /** Brings what the attempts have staged into the table, in the order of the key. */
    void merge(Connection connection, TableName stage, Long[] attempts) throws SQLException;

    /** Drops a stage if it is there. The last statement of a transaction: it may commit what came before. */
    void drop(Connection connection, TableName stage) throws SQLException;

    /** Finds the names of tables, of a schema and with a beginning that are its parameters. */
    String stagesQuery();

    /** Stages beside the table whose names begin so. */
    default List<TableName> stages(Connection connection, String prefix) throws SQLException {
        return Sql.rows(
                connection, stagesQuery(), found -> table().sibling(found.getString(1)), table().schema(), prefix);
    }
}
