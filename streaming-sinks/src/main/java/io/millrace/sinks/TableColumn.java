package io.millrace.sinks;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;

/** A column as the catalog has it. */
record TableColumn(String name, ColumnType type, Set<Trait> traits, Set<Right> rights) {
    /** What an INSERT or an UPDATE must know of a column. */
    enum Trait {
        NOT_NULL,
        /** The server gives a value if an INSERT has none. */
        FILLED,
        /** An INSERT cannot give a value. */
        GENERATED,
        /** Only an INSERT can give a value, not an UPDATE. */
        FIXED,
        /** An INSERT may be refused because it leaves the column NULL. */
        NEEDED,
        /** The server gives numbers that no other row has. */
        COUNTED
    }

    /** What the role may do with a column. */
    enum Right {
        INSERT,
        UPDATE,
        SELECT
    }

    /** From a row of the catalog with its name, and a boolean {@code is_filled} or {@code may_insert} for each trait and right. */
    static TableColumn of(ResultSet row, ColumnType type) throws SQLException {
        return new TableColumn(
                row.getString("name"),
                type,
                Catalog.flags(row, "is_", Trait.class),
                Catalog.flags(row, "may_", Right.class));
    }

    boolean is(Trait trait) {
        return traits.contains(trait);
    }

    boolean may(Right right) {
        return rights.contains(right);
    }

    /** Whether an INSERT must give a value. */
    boolean isRequired() {
        return is(Trait.NOT_NULL) && !is(Trait.FILLED) && !is(Trait.GENERATED);
    }
}
