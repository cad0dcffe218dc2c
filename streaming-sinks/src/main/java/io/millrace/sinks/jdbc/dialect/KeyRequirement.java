package io.millrace.sinks.jdbc.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sink requires of the key of a table.
 *
 * @param verb for messages
 * @param version the column that says which row is newer; null if there is none
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
        /** Folded into one in Java, which must find the same keys equal as the server; a known key changes. */
        UPSERTS,
        /** The same, but a known key stays as it is. */
        INSERTS_ONLY,
        /** As they are, batch by batch. */
        WHOLE_BATCHES
    }

    /** Whether known keys stay as they are. */
    public boolean insertOnly() {
        return writes == Writes.INSERTS_ONLY;
    }

    /** Whether rows of one key are found in Java, whose equality must then be that of the server. */
    public boolean compacted() {
        return writes != Writes.WHOLE_BATCHES;
    }
}
