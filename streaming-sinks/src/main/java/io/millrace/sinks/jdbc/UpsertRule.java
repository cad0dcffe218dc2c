package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an upsert.
 *
 * @param verb the call that creates it, for messages
 * @param version the column whose greater value wins; if null, the last row to arrive wins
 * @param deleteMark the boolean column of the stream that marks deletes
 * @param updated the only columns to update in a known key; empty for all
 */
record UpsertRule(
        String verb,
        List<String> keys,
        @Nullable String version,
        @Nullable String deleteMark,
        List<String> updated,
        Set<Option> options,
        @Nullable DeadLetterRule deadLetters)
        implements SinkRule, Serializable {
    /** The options of an upsert. */
    enum Option {
        /** Keeps the rows of known keys unchanged. */
        INSERT_ONLY,
        /** Keeps the old value if the new one is NULL. */
        KEEP_OLD_WHERE_NULL,
        /** Does not fence off older epochs. */
        UNFENCED,
        /** Commits each row before the next is taken. */
        DURABLE_ROWS,
        /** Creates the table before the start. */
        CREATE_TABLE,
        /** Adds columns to the table before the start. */
        ADD_COLUMNS
    }

    static UpsertRule upsertOn(List<String> keys) {
        return new UpsertRule("upsertOn", keys, null, null, List.of(), Set.of(), null);
    }

    static UpsertRule insertOnlyOn(List<String> keys) {
        return new UpsertRule(
                "insertOnlyOn", keys, null, null, List.of(), Set.of(Option.INSERT_ONLY, Option.UNFENCED), null);
    }

    UpsertRule versionedBy(String column) {
        return new UpsertRule(verb, keys, column, deleteMark, updated, options, deadLetters);
    }

    UpsertRule deleteWhen(String mark) {
        return new UpsertRule(verb, keys, version, mark, updated, options, deadLetters);
    }

    UpsertRule updating(List<String> columns) {
        return new UpsertRule(verb, keys, version, deleteMark, columns, options, deadLetters);
    }

    UpsertRule keepingOldWhereNull() {
        return with(Option.KEEP_OLD_WHERE_NULL);
    }

    UpsertRule unfenced() {
        return with(Option.UNFENCED);
    }

    UpsertRule withDurableRows() {
        return with(Option.DURABLE_ROWS);
    }

    UpsertRule creatingTable() {
        return with(Option.CREATE_TABLE);
    }

    UpsertRule addingColumns() {
        return with(Option.ADD_COLUMNS);
    }

    UpsertRule deadLetters(DeadLetterRule rule) {
        return new UpsertRule(verb, keys, version, deleteMark, updated, options, rule);
    }

    /** Returns the rule with dead letters in the schema of the target table, unless they name one. */
    UpsertRule inSchemaOf(TableName table) {
        return deadLetters == null ? this : deadLetters(deadLetters.inSchemaOf(table));
    }

    /** What was set besides the key, a call each. */
    List<String> described() {
        List<String> calls = new ArrayList<>();
        if (version != null) {
            calls.add("versionedBy(" + version + ")");
        }
        if (deleteMark != null) {
            calls.add("deleteWhen(" + deleteMark + ")");
        }
        if (!updated.isEmpty()) {
            calls.add("updating(" + String.join(", ", updated) + ")");
        }
        if (keepOldWhereNull()) {
            calls.add("keepingOldWhereNull()");
        }
        if (options.contains(Option.UNFENCED) && !insertOnly()) {
            calls.add("unfenced()");
        }
        if (durableRows()) {
            calls.add("durableRows()");
        }
        if (deadLetters != null) {
            calls.addAll(deadLetters.described());
        }
        calls.addAll(describedShape());
        return calls;
    }

    private UpsertRule with(Option option) {
        Set<Option> more = EnumSet.of(option);
        more.addAll(options);
        return new UpsertRule(verb, keys, version, deleteMark, updated, Set.copyOf(more), deadLetters);
    }

    /** Whether known keys stay as they are. */
    boolean insertOnly() {
        return options.contains(Option.INSERT_ONLY);
    }

    /** Whether NULL leaves the old value. */
    boolean keepOldWhereNull() {
        return options.contains(Option.KEEP_OLD_WHERE_NULL);
    }

    /** Whether each row is committed before the next is taken. */
    boolean durableRows() {
        return options.contains(Option.DURABLE_ROWS);
    }

    @Override
    public boolean createsTable() {
        return options.contains(Option.CREATE_TABLE);
    }

    @Override
    public boolean addsColumns() {
        return options.contains(Option.ADD_COLUMNS);
    }

    boolean isKey(String column) {
        return keys.contains(column);
    }

    @Override
    public boolean writes(String column) {
        return !column.equals(deleteMark);
    }

    @Override
    public boolean updates(String column) {
        return !isKey(column) && (updated.isEmpty() || updated.contains(column) || column.equals(version));
    }

    /** The part of the rule that the statements need. */
    UpsertSpec spec() {
        UpsertSpec.KnownKey known =
                updated.isEmpty() ? UpsertSpec.KnownKey.ALL_COLUMNS : UpsertSpec.KnownKey.NAMED_COLUMNS;
        return new UpsertSpec(
                keys,
                version,
                deleteMark,
                insertOnly() ? UpsertSpec.KnownKey.NOTHING : known,
                keepOldWhereNull() ? UpsertSpec.Nulls.KEEP_OLD : UpsertSpec.Nulls.REPLACE_OLD);
    }

    /**
     * Whether a fence is needed. A version keeps old rows out without one, but a deleted key loses its version with its
     * row.
     */
    boolean needsFence() {
        return !options.contains(Option.UNFENCED) && (version == null || deleteMark != null);
    }
}
