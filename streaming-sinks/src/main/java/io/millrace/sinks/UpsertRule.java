package io.millrace.sinks;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked of an upsert.
 *
 * @param verb the call that began it, for messages
 * @param version the column whose greater value wins; null where the last row to arrive does
 * @param deleteMark the boolean column of the stream that marks deletes
 * @param updated the only columns that a known key gets; empty for all
 * @param insertOnly whether known keys stay as they are
 * @param keepOldWhereNull whether NULL leaves the old value
 * @param fenced whether rows of an older epoch are kept out
 * @param durableRows whether each row is committed before the next is taken
 */
record UpsertRule(
        String verb,
        List<String> keys,
        @Nullable String version,
        @Nullable String deleteMark,
        List<String> updated,
        boolean insertOnly,
        boolean keepOldWhereNull,
        boolean fenced,
        boolean durableRows,
        @Nullable DeadLetterRule deadLetters)
        implements Serializable {
    static UpsertRule on(String verb, List<String> keys, boolean insertOnly) {
        return new UpsertRule(verb, keys, null, null, List.of(), insertOnly, false, !insertOnly, false, null);
    }

    UpsertRule versionedBy(String column) {
        return new UpsertRule(
                verb,
                keys,
                column,
                deleteMark,
                updated,
                insertOnly,
                keepOldWhereNull,
                fenced,
                durableRows,
                deadLetters);
    }

    UpsertRule deleteWhen(String mark) {
        return new UpsertRule(
                verb, keys, version, mark, updated, insertOnly, keepOldWhereNull, fenced, durableRows, deadLetters);
    }

    UpsertRule updating(List<String> columns) {
        return new UpsertRule(
                verb,
                keys,
                version,
                deleteMark,
                columns,
                insertOnly,
                keepOldWhereNull,
                fenced,
                durableRows,
                deadLetters);
    }

    UpsertRule keepingOldWhereNull() {
        return new UpsertRule(
                verb, keys, version, deleteMark, updated, insertOnly, true, fenced, durableRows, deadLetters);
    }

    UpsertRule unfenced() {
        return new UpsertRule(
                verb,
                keys,
                version,
                deleteMark,
                updated,
                insertOnly,
                keepOldWhereNull,
                false,
                durableRows,
                deadLetters);
    }

    UpsertRule withDurableRows() {
        return new UpsertRule(
                verb, keys, version, deleteMark, updated, insertOnly, keepOldWhereNull, fenced, true, deadLetters);
    }

    UpsertRule deadLetters(DeadLetterRule deadLetters) {
        return new UpsertRule(
                verb,
                keys,
                version,
                deleteMark,
                updated,
                insertOnly,
                keepOldWhereNull,
                fenced,
                durableRows,
                deadLetters);
    }

    boolean isKey(String column) {
        return keys.contains(column);
    }

    /** Whether a known key gets the stream's value of a column. */
    boolean updates(String column) {
        return !isKey(column) && (updated.isEmpty() || updated.contains(column) || column.equals(version));
    }

    /** What the statements have to know of it. */
    UpsertSpec spec() {
        UpsertSpec.KnownKey known =
                updated.isEmpty() ? UpsertSpec.KnownKey.ALL_COLUMNS : UpsertSpec.KnownKey.NAMED_COLUMNS;
        return new UpsertSpec(
                keys,
                version,
                deleteMark,
                insertOnly ? UpsertSpec.KnownKey.NOTHING : known,
                keepOldWhereNull ? UpsertSpec.Nulls.KEEP_OLD : UpsertSpec.Nulls.REPLACE_OLD);
    }

    /** A version keeps old rows out by itself, unless a deleted key has lost its version with its row. */
    boolean needsFence() {
        return fenced && (version == null || deleteMark != null);
    }
}
