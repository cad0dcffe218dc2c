package io.millrace.sinks.jdbc.postgres;

import java.io.Serializable;

/**
 * How a column's values travel: the type they are staged in, its object id for arrays, and the writer of one value. What
 * is staged in another type than the column's own is cast by the server.
 */
record PostgresCodec(String stagedType, int oid, ValueWriter writer) implements Serializable {
    /** Writes one value that is not NULL, length first. Refuses by IllegalArgumentException what cannot fit. */
    @FunctionalInterface
    interface ValueWriter extends Serializable {
        void write(Object value, PostgresBuffer out);
    }
}
