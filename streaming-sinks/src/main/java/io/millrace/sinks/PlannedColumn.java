package io.millrace.sinks;

import java.io.Serializable;

/**
 * A column of the stream that has found its place in the table.
 *
 * @param index where the stream's rows have it
 * @param key whether it is part of the key
 * @param updated whether a known key gets its value
 */
record PlannedColumn(int index, String name, ColumnType type, Codec codec, boolean key, boolean updated)
        implements Serializable {
    String quoted() {
        return Identifier.quoted(name);
    }

    /** The staged value in the column's own type. An assignment refuses a text that is too long; a cast would cut it. */
    String fromStage() {
        return type.assigns(codec.stagedType())
                ? "staged." + quoted()
                : "CAST(staged." + quoted() + " AS " + type.sql() + ")";
    }
}
