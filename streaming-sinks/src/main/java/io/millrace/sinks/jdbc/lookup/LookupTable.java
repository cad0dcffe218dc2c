package io.millrace.sinks.jdbc.lookup;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/** The table that rows are looked up in. Equal ones give equal rows, and share what is cached. */
public interface LookupTable extends Serializable {
    /** Whether the table can have a row of this key at all. */
    boolean takes(List<Object> key);

    /** The values for each of {@code keys}, with room after them for the mark; null where the table has no row. */
    Found find(List<List<Object>> keys);

    /** The values of all keys, by {@link #comparable}; fails if there are more than {@code limit}. */
    Whole all(int limit);

    /** A key in the form of those of {@link #all}. */
    Object comparable(List<Object> key);

    /** The whole table, after so many retries. */
    record Whole(Map<Object, InternalRow> rows, int retries) {}

    /** What a query has found, after so many retries. */
    record Found(List<@Nullable InternalRow> rows, int retries) {}
}
