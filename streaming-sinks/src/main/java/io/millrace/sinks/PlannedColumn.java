package io.millrace.sinks;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/**
 * A column of the stream that has found its place in the table.
 *
 * @param index where the stream's rows have it
 * @param stream the type of the stream's values
 * @param key whether it is part of the key
 * @param updated whether a known key gets its value
 */
record PlannedColumn(int index, String name, ColumnType type, DataType stream, boolean key, boolean updated)
        implements Serializable {
    /** For PostgreSQL's own statements. */
    String quoted() {
        return Identifier.quoted(name);
    }
}
