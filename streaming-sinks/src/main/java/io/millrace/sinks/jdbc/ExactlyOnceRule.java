package io.millrace.sinks.jdbc;

import java.io.Serializable;
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
        @Nullable DeadLetterRule deadLetters) implements Serializable {
    static ExactlyOnceRule on(String verb, List<String> keys) {
        return new ExactlyOnceRule(verb, keys, false, null);
    }

    boolean upserts() {
        return !keys.isEmpty();
    }

    ExactlyOnceRule withNewCheckpoints() {
        return new ExactlyOnceRule(verb, keys, true, deadLetters);
    }

    ExactlyOnceRule withDeadLetters(DeadLetterRule letters) {
        return new ExactlyOnceRule(verb, keys, newCheckpoints, letters);
    }
}
