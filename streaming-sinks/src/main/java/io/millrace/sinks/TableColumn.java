package io.millrace.sinks;

/**
 * A column as the catalog has it.
 *
 * @param filled whether the server gives a value where an INSERT has none
 * @param generated whether an INSERT cannot give one
 * @param counted whether the server gives numbers that no other row has
 */
record TableColumn(
        String name,
        ColumnType type,
        boolean notNull,
        boolean filled,
        boolean generated,
        boolean counted,
        boolean mayInsert,
        boolean mayUpdate,
        boolean maySelect) {}
