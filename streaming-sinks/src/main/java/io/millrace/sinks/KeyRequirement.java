package io.millrace.sinks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a sink uses the key of a table.
 *
 * @param verb for messages
 * @param version the column that says which row is newer; null where there is none
 * @param insertOnly whether known keys stay as they are
 * @param compacted whether rows of one key are told in Java, where the server's equality must be the same
 * @param streamed the columns of the stream
 */
record KeyRequirement(
        String verb,
        List<String> keys,
        @Nullable String version,
        boolean insertOnly,
        boolean compacted,
        List<String> streamed) {}
