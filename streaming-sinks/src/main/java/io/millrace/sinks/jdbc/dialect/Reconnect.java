package io.millrace.sinks.jdbc.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens another connection to the same database, as the same user. */
@FunctionalInterface
public interface Reconnect {
    Connection open() throws SQLException;
}
