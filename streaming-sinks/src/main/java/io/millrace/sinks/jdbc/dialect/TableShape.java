package io.millrace.sinks.jdbc.dialect;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table in the catalog, as one role sees it.
 *
 * @param writable whether it is a table, and not a view or a foreign table
 */
public record TableShape(
        TableName name,
        boolean writable,
        Set<Right> rights,
        List<TableColumn> columns,
        List<UniqueIndex> uniqueIndexes,
        List<Flaw> flaws) {
    /** A right of the role. */
    public enum Right {
        /** Use the schema of the table. */
        USE_SCHEMA,
        /** Create tables in the same schema. */
        CREATE,
        DELETE,
        /** Create temporary tables. */
        STAGE
    }

    public boolean may(Right right) {
        return rights.contains(right);
    }

    public Optional<TableColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** How the unique index on the keys compares one of them; empty if its type determines that. */
    public Optional<KeyComparison> comparison(List<String> keys, String column) {
        return uniqueIndexes.stream()
                .filter(index -> index.serves(keys) && !index.comparisons().isEmpty())
                .findFirst()
                .map(index -> index.comparisons().get(index.columns().indexOf(column)));
    }

    /** Whether NULL is a key like any other in a column of the key. */
    public boolean takesNull(List<String> keys, String column) {
        return comparison(keys, column).filter(KeyComparison::nullsEqual).isPresent();
    }

    /** Whether the role may read and write all of it. */
    public boolean isOpen() {
        return columns.stream().allMatch(column -> column.rights().containsAll(EnumSet.allOf(TableColumn.Right.class)));
    }

    /** Whether the role has no rights on it at all. */
    public boolean isClosed() {
        return columns.stream().allMatch(column -> column.rights().isEmpty());
    }

    public List<String> columnNames() {
        return columns.stream().map(TableColumn::name).toList();
    }
}
