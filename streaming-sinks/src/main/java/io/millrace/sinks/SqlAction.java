package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;

/** Work on a connection. */
@FunctionalInterface
interface SqlAction {
    void run(Connection connection) throws SQLException;
}
