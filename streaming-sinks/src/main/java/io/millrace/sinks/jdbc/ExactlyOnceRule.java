package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an exactly-once sink.
 *
 * @param keys empty to append rows
 * @param newCheckpoints whether a query that is not in the ledger may start on a table that another query has written
 */
record ExactlyOnceRule(
        String verb,
        List<String> keys,
        boolean newCheckpoints,
        @Nullable DeadLetterRule deadLetters) implements SinkRule, Serializable {
    static ExactlyOnceRule on(String verb, List<String> keys) {
        return new ExactlyOnceRule(verb, keys, false, null);
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
        if (newCheckpoints) {
            calls.add("allowNewCheckpoint()");
        }
        if (deadLetters != null) {
            calls.addAll(deadLetters.described());
        }
        return calls;
    }

    ExactlyOnceRule withNewCheckpoints() {
        return new ExactlyOnceRule(verb, keys, true, deadLetters);
    }

    ExactlyOnceRule withDeadLetters(DeadLetterRule letters) {
        return new ExactlyOnceRule(verb, keys, newCheckpoints, letters);
    }

    /** Returns the rule with dead letters in the schema of the target table, unless they name one. */
    ExactlyOnceRule inSchemaOf(TableName table) {
        return deadLetters == null ? this : withDeadLetters(deadLetters.inSchemaOf(table));
    }
}
