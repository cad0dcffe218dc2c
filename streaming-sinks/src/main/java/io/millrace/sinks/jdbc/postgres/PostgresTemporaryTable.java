package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.Digest;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.Row;

/** A temporary table for the rows of a flush. A connection creates it once; it is empty in each transaction. */
record PostgresTemporaryTable(String name, String columns) implements Serializable {
    private static final int NAME_BYTES = 16;

    /** @param columns the columns with their types */
    static PostgresTemporaryTable of(String purpose, TableName target, String columns) {
        String name = "millrace_" + Digest.of(NAME_BYTES, purpose, quoted(target), columns);
        return new PostgresTemporaryTable(name, columns);
    }

    /** The name in SQL. */
    String sql() {
        return "pg_temp." + name;
    }

    void create(Connection connection) throws SQLException {
        Sql.execute(
                connection,
                "CREATE TEMPORARY TABLE IF NOT EXISTS " + name + " (" + columns + ") ON COMMIT DELETE ROWS");
    }

    /** Creates it if the connection does not have it yet, and copies rows into it. */
    void fill(Connection connection, PostgresCopy copy, List<Row> rows) throws SQLException {
        create(connection);
        copy.send(connection, "COPY " + sql() + " FROM STDIN (FORMAT binary)", rows.iterator());
    }

    /** Empties it for more rows in the same transaction. */
    void clear(Connection connection) throws SQLException {
        Sql.execute(connection, "TRUNCATE " + sql());
    }
}
