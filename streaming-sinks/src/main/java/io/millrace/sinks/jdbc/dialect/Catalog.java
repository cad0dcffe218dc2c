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

    /** The schema in which a table of this name is, or would be created; empty if there is none. */
    Optional<String> schema(TableName name) throws SQLException;

    /** Whether the role may add columns to a table. */
    boolean mayAlter(TableName table) throws SQLException;

    /** Whether the role may create a table of this name; empty if its schema does not exist. */
    Optional<Boolean> mayCreate(TableName name) throws SQLException;

    /** Finds what would make statements of a sink fail although the columns of the table are right. */
    List<Flaw> obstacles(TableName name, TableUse use) throws SQLException;

    /** Finds what will make such statements fail sooner or later. */
    List<Flaw> notes(TableName name, TableUse use) throws SQLException;
}
