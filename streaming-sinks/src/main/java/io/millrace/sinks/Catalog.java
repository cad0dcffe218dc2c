package io.millrace.sinks;

import java.sql.SQLException;
import java.util.Optional;

/** What a server knows of its tables, asked on one connection. */
@FunctionalInterface
interface Catalog {
    /** Empty where there is no such table. */
    Optional<TableShape> table(TableName name) throws SQLException;
}
