package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Reads a server's metadata of tables on one connection. */
public interface Catalog {
    /** The table; empty if it does not exist. */
    Optional<TableShape> table(TableName name) throws SQLException;

    /** Existing tables that a user may have meant by a name that does not exist. */
    List<TableName> similar(TableName name) throws SQLException;

    /** Whether the role may create a table of this name; empty if its schema does not exist. */
    Optional<Boolean> mayCreate(TableName name) throws SQLException;

    /** Finds what would make statements of a sink fail although the columns of the table are right. */
    List<Flaw> obstacles(TableName name, TableUse use) throws SQLException;

    /** Finds what will make such statements fail sooner or later. */
    List<Flaw> notes(TableName name, TableUse use) throws SQLException;
}
