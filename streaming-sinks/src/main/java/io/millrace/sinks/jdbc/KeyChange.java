package io.millrace.sinks.jdbc;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of one key come to: first {@code before}, then the delete, then the upsert, each of which may be missing.
 *
 * @param before what one statement cannot do together with the rest
 */
record KeyChange(
        @Nullable KeyChange before,
        @Nullable Row delete,
        @Nullable Row upsert) {
    /** The row that the table holds or misses after it. */
    Row last() {
        Row row = upsert == null ? delete : upsert;
        if (row == null) {
            throw new IllegalStateException("a change of a key has a row");
        }
        return row;
    }
}
