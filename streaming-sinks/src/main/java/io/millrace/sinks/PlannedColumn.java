package io.millrace.sinks;

import java.io.Serializable;

/** A column of the stream that has found its place in the table. */
record PlannedColumn(String name, ColumnType type, Codec codec, boolean key) implements Serializable {
    String quoted() {
        return Identifier.quoted(name);
    }

    /** The staged value in the column's own type. */
    String fromStage() {
        return "CAST(staged." + quoted() + " AS " + type.sql() + ")";
    }
}
