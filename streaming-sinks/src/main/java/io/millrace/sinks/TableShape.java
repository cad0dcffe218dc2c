package io.millrace.sinks;

import java.util.List;
import java.util.Optional;

/**
 * A table as the catalog has it, for one role.
 *
 * @param writable whether it is a table at all
 * @param maySeeSchema whether the role may use its schema
 * @param mayCreate whether the role may create tables beside it
 * @param mayStage whether the role may create temporary tables
 */
record TableShape(
        TableName name,
        boolean writable,
        boolean maySeeSchema,
        boolean mayCreate,
        boolean mayDelete,
        boolean mayStage,
        List<TableColumn> columns,
        List<UniqueIndex> uniqueIndexes,
        List<Flaw> flaws) {
    Optional<TableColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** Whether the role may read and write all of it. */
    boolean open() {
        return columns.stream().allMatch(column -> column.maySelect() && column.mayInsert() && column.mayUpdate());
    }

    List<String> columnNames() {
        return columns.stream().map(TableColumn::name).toList();
    }
}
