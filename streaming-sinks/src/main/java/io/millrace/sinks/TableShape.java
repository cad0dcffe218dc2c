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

    /** How the unique index on the keys compares one of them; empty if its type says all. */
    Optional<KeyComparison> comparison(List<String> keys, String column) {
        return uniqueIndexes.stream()
                .filter(index -> index.serves(keys) && !index.comparisons().isEmpty())
                .findFirst()
                .map(index -> index.comparisons().get(index.columns().indexOf(column)));
    }

    /** Whether NULL is a key like others in a column of the key. */
    boolean takesNull(List<String> keys, String column) {
        return comparison(keys, column).filter(KeyComparison::nullsEqual).isPresent();
    }

    /** Whether the role may read and write all of it. */
    boolean open() {
        return columns.stream().allMatch(column -> column.maySelect() && column.mayInsert() && column.mayUpdate());
    }

    /** Whether the role may do nothing with it. */
    boolean isClosed() {
        return columns.stream().noneMatch(column -> column.maySelect() || column.mayInsert() || column.mayUpdate());
    }

    List<String> columnNames() {
        return columns.stream().map(TableColumn::name).toList();
    }
}
