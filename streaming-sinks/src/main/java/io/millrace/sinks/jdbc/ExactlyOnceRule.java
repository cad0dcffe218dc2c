package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an exactly-once sink.
 *
 * @param keys empty to append rows
 */
record ExactlyOnceRule(
        String verb,
        List<String> keys,
        Set<Option> options,
        @Nullable DeadLetterRule deadLetters) implements SinkRule, Serializable {
    /** The options of an exactly-once sink. */
    enum Option {
        /** A query that is not in the ledger may start on a table that another query has written. */
        NEW_CHECKPOINTS,
        /** Creates the table before the start. */
        CREATE_TABLE,
        /** Adds columns to the table before the start. */
        ADD_COLUMNS
    }

    static ExactlyOnceRule on(String verb, List<String> keys) {
        return new ExactlyOnceRule(verb, keys, Set.of(), null);
    }

    /** Whether a query that is not in the ledger may start on a table that another query has written. */
    boolean newCheckpoints() {
        return options.contains(Option.NEW_CHECKPOINTS);
    }

    @Override
    public boolean createsTable() {
        return options.contains(Option.CREATE_TABLE);
    }

    @Override
    public boolean addsColumns() {
        return options.contains(Option.ADD_COLUMNS);
    }

    boolean upserts() {
        return !keys.isEmpty();
    }

    @Override
    public boolean writes(String column) {
        return true;
    }

    @Override
    public boolean updates(String column) {
        return upserts() && !keys.contains(column);
    }

    /** What was set besides the key, a call each. */
    List<String> described() {
        List<String> calls = new ArrayList<>();
        if (newCheckpoints()) {
            calls.add("allowNewCheckpoint()");
        }
        if (deadLetters != null) {
            calls.addAll(deadLetters.described());
        }
        calls.addAll(describedShape());
        return calls;
    }

    ExactlyOnceRule with(Option option) {
        Set<Option> more = EnumSet.of(option);
        more.addAll(options);
        return new ExactlyOnceRule(verb, keys, Set.copyOf(more), deadLetters);
    }

    ExactlyOnceRule withDeadLetters(DeadLetterRule letters) {
        return new ExactlyOnceRule(verb, keys, options, letters);
    }

    /** Returns the rule with dead letters in the schema of the target table, unless they name one. */
    ExactlyOnceRule inSchemaOf(TableName table) {
        return deadLetters == null ? this : withDeadLetters(deadLetters.inSchemaOf(table));
    }
}
