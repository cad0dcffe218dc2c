package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a server knows of its tables, asked on one connection. */
public interface Catalog {
    /** Empty if there is no such table. */
    Optional<TableShape> table(TableName name) throws SQLException;

    /** Tables that somebody may have meant by a name that is not there. */
    List<TableName> similar(TableName name) throws SQLException;

    /** Whether the role may create such a table; empty if its schema is not there. */
    Optional<Boolean> mayCreate(TableName name) throws SQLException;

    /** What would make statements of a sink fail, though the table has the right columns. */
    List<Flaw> obstacles(TableName name, TableUse use) throws SQLException;

    /** What such statements would run into sooner or later. */
    List<Flaw> notes(TableName name, TableUse use) throws SQLException;
}
