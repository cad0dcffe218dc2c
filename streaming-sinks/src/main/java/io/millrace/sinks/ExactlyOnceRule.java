package io.millrace.sinks;

import java.io.Serializable;
import java.util.List;

/**
 * What a user asked of a sink that is exact for each micro-batch.
 *
 * @param keys empty for appending
 * @param newCheckpoints whether a query that the ledger does not know may begin on a table that another has written
 */
record ExactlyOnceRule(String verb, List<String> keys, boolean newCheckpoints) implements Serializable {
    boolean upserts() {
        return !keys.isEmpty();
    }

    ExactlyOnceRule withNewCheckpoints() {
        return new ExactlyOnceRule(verb, keys, true);
    }
}
