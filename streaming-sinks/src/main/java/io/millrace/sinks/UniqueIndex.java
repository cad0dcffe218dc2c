package io.millrace.sinks;

import java.util.ArrayList;
import java.util.List;

/**
 * A unique index of a table.
 *
 * @param flaw why an upsert cannot rely on it, empty where it can
 */
record UniqueIndex(String name, List<String> columns, String flaw) {
    /** The same index with the columns of both. */
    UniqueIndex with(UniqueIndex more) {
        List<String> all = new ArrayList<>(columns);
        all.addAll(more.columns);
        return new UniqueIndex(name, all, flaw.isEmpty() ? more.flaw : flaw);
    }
}
