package io.millrace.sinks;

/**
 * A column as the catalog has it.
 *
 * @param filled whether the server gives a value where an INSERT has none
 * @param generated whether an INSERT cannot give one
 */
record TableColumn(
        String name,
        ColumnType type,
        boolean notNull,
        boolean filled,
        boolean generated,
        boolean mayInsert,
        boolean mayUpdate,
        boolean maySelect) {}
