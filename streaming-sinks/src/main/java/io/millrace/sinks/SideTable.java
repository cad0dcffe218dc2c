package io.millrace.sinks;

import io.millrace.core.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** A table of the sink's own beside the user's: the sink creates it, or the user does from the same DDL. */
record SideTable(String call, TableName name, String ddl) {
    /** Why it cannot be used, if so; creates nothing. */
    Optional<Problem> problem(Dialect dialect, Catalog catalog, boolean mayCreate) throws SQLException {
        Optional<TableShape> there = catalog.table(name);
        if (there.isEmpty()) {
            return mayCreate
                    ? Optional.empty()
                    : Optional.of(new Problem(
                            call, name.toString(), "the sink needs this table and may not create it", ddl + "."));
        }
        return there.get().open()
                ? Optional.empty()
                : Optional.of(new Problem(
                        call,
                        name.toString(),
                        "the sink may not read and write this table of its own",
                        "GRANT SELECT, INSERT, UPDATE, DELETE ON " + dialect.quoted(name) + " to its role."));
    }

    void create(Dialect dialect, Connection connection) throws SQLException {
        if (dialect.catalog(connection).table(name).isPresent()) {
            return;
        }
        try {
            Sql.execute(connection, ddl);
        } catch (SQLException e) {
            if (!dialect.faults().createdMeanwhile(e)) {
                throw e;
            }
        }
    }
}
