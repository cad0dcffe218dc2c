package io.millrace.sinks;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A column as the catalog has it.
 *
 * @param filled whether the server gives a value where an INSERT has none
 * @param generated whether an INSERT cannot give one
 * @param fixed whether only an INSERT can give one, not an UPDATE
 * @param needed whether an INSERT may be refused because it leaves the column NULL
 * @param counted whether the server gives numbers that no other row has
 */
record TableColumn(
        String name,
        ColumnType type,
        boolean notNull,
        boolean filled,
        boolean generated,
        boolean fixed,
        boolean needed,
        boolean counted,
        boolean mayInsert,
        boolean mayUpdate,
        boolean maySelect) {
    /** From a row of the catalog that has all but the type under these names. */
    static TableColumn of(ResultSet row, ColumnType type) throws SQLException {
        return new TableColumn(
                row.getString("name"),
                type,
                row.getBoolean("not_null"),
                row.getBoolean("is_filled"),
                row.getBoolean("is_generated"),
                row.getBoolean("is_fixed"),
                row.getBoolean("is_needed"),
                row.getBoolean("is_counted"),
                row.getBoolean("may_insert"),
                row.getBoolean("may_update"),
                row.getBoolean("may_select"));
    }
}
