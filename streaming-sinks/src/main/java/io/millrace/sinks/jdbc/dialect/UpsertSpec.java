package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The specification of the statements of an upsert.
 *
 * @param keys the columns of the key, in the order in which the user named them
 * @param version the column whose greater value wins; null if the last row to arrive wins
 * @param deleteMark the boolean column of the stream that marks deletes; null if there are none
 */
public record UpsertSpec(
        List<String> keys,
        @Nullable String version,
        @Nullable String deleteMark,
        KnownKey knownKey,
        Nulls nulls) implements Serializable {
    /** How a new row changes the row of a known key. */
    public enum KnownKey {
        NOTHING,
        NAMED_COLUMNS,
        ALL_COLUMNS
    }

    /** The effect of NULL on the row of a known key. */
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

    /** Whether an update may keep old values. */
    public boolean isPartial() {
        return keepsOldWhereNull() || knownKey == KnownKey.NAMED_COLUMNS;
    }

    /**
     * Whether the old value of a column must be looked up before the merge. It must if NULL keeps the old value, but
     * the table refuses an INSERT with NULL even if the key is known.
     */
    public boolean looksUp(PlannedColumn column) {
        return !isInsertOnly() && column.needed() && !column.key() && (keepsOldWhereNull() || !column.updated());
    }

    /** The columns that a delete needs. */
    public List<PlannedColumn> deleteColumns(List<PlannedColumn> columns) {
        return columns.stream()
                .filter(column -> column.key() || column.name().equals(version))
                .toList();
    }
}
