package io.millrace.sinks.jdbc.lookup;

import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/** What this JVM knows of a table. For any number of threads. */
interface KnownRows {
    /** In place of a row that the table does not have. */
    InternalRow NONE = InternalRow.empty();

    /** The row of a key, or {@link #NONE}; null if that has to be asked. Counts what it asks itself. */
    @Nullable InternalRow get(Object key, LookupTally tally);

    /** The time in nanoseconds. */
    long now();

    /** Keeps an answer to a query that was asked at {@code since}. */
    void put(Object key, InternalRow row, long since);
}
