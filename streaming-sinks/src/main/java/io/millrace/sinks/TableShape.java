package io.millrace.sinks;

import java.util.List;
import java.util.Optional;

/** A table as the catalog has it, for one role. */
record TableShape(
        TableName name,
        boolean writable,
        boolean maySeeSchema,
        boolean mayStage,
        List<TableColumn> columns,
        List<UniqueIndex> uniqueIndexes) {
    Optional<TableColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    List<String> columnNames() {
        return columns.stream().map(TableColumn::name).toList();
    }
}
