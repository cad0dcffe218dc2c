package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the statements of an upsert do.
 *
 * @param keys in the order in which the user named them
 * @param version the column whose greater value wins; null if the last row to arrive does
 * @param deleteMark the boolean column of the stream that marks deletes; null if there are none
 */
public record UpsertSpec(
        List<String> keys,
        @Nullable String version,
        @Nullable String deleteMark,
        KnownKey knownKey,
        Nulls nulls) implements Serializable {
    /** What a known key gets of a new row. */
    public enum KnownKey {
        NOTHING,
        NAMED_COLUMNS,
        ALL_COLUMNS
    }

    /** What NULL does to a known key. */
    public enum Nulls {
        REPLACE_OLD,
        KEEP_OLD
    }

    public boolean isInsertOnly() {
        return knownKey == KnownKey.NOTHING;
    }

    public boolean keepsOldWhereNull() {
        return nulls == Nulls.KEEP_OLD;
    }

    /** Whether a known key may keep old values. */
    public boolean isPartial() {
        return keepsOldWhereNull() || knownKey == KnownKey.NAMED_COLUMNS;
    }

    /**
     * Whether the old value of a column must be looked up before the merge: if NULL leaves it as it is, but the table
     * refuses an INSERT with NULL, whether or not the key is known.
     */
    public boolean looksUp(PlannedColumn column) {
        return !isInsertOnly() && column.needed() && !column.key() && (keepsOldWhereNull() || !column.updated());
    }

    /** The columns that a delete needs of a row. */
    public List<PlannedColumn> deleteColumns(List<PlannedColumn> columns) {
        return columns.stream()
                .filter(column -> column.key() || column.name().equals(version))
                .toList();
    }
}
