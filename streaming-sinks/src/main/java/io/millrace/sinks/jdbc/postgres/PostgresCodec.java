package io.millrace.sinks.jdbc.postgres;

import java.io.Serializable;

/**
 * How a column's values are sent: the type in which they are staged, its object id for arrays, and the writer of a
 * value. If values are staged in another type than the column's own, the server casts them.
 */
record PostgresCodec(String stagedType, int oid, ValueWriter writer) implements Serializable {
    /**
     * Writes one value that is not NULL, preceded by its length. Throws IllegalArgumentException if the value cannot
     * fit.
     */
    @FunctionalInterface
    interface ValueWriter extends Serializable {
        void write(Object value, PostgresBuffer out);
    }
}
