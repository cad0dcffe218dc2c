package io.millrace.sinks.jdbc.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/** Work on a connection. */
@FunctionalInterface
public interface SqlAction {
    void run(Connection connection) throws SQLException;
}
