package io.millrace.sinks.jdbc;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The net effect of the rows of one key: first {@code before}, then the delete, then the upsert. Each may be missing.
 *
 * @param before a change that cannot be part of the same statement as the rest
 */
record KeyChange(
        @Nullable KeyChange before,
        @Nullable Row delete,
        @Nullable Row upsert) {
    /** The row that the change writes or deletes last. */
    Row last() {
        Row row = upsert == null ? delete : upsert;
        if (row == null) {
            throw new IllegalStateException("a change of a key has no row");
        }
        return row;
    }
}
