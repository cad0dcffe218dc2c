package io.millrace.sinks.jdbc.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sink requires of the key of a table.
 *
 * @param verb the call that names the key, for messages
 * @param version the column whose greater value is newer; null if there is none
 * @param streamed the columns of the stream
 */
public record KeyRequirement(
        Writes writes,
        String verb,
        List<String> keys,
        @Nullable String version,
        List<String> streamed) {
    /** How rows of one key are written. */
    public enum Writes {
        /** Folded into one row in Java, which must compare keys like the server; a known key is updated. */
        UPSERTS,
        /** Folded in the same way, but a known key stays as it is. */
        INSERTS_ONLY,
        /** Merged by the server, batch by batch. */
        WHOLE_BATCHES
    }

    /** Whether known keys stay as they are. */
    public boolean isInsertOnly() {
        return writes == Writes.INSERTS_ONLY;
    }

    /** Whether Java folds the rows of a key, so that it must compare keys like the server. */
    public boolean isFolded() {
        return writes != Writes.WHOLE_BATCHES;
    }
}
