package io.millrace.sinks.jdbc;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked of a sink that is exact for each micro-batch.
 *
 * @param keys empty for appending
 * @param newCheckpoints whether a query that the ledger does not know may begin on a table that another has written
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
