package io.millrace.sinks.jdbc.dialect;

import java.util.ArrayList;
import java.util.List;

/**
 * A unique index of a table.
 *
 * @param comparisons how it compares each of its columns; empty if the types of the columns determine that
 * @param flaw why an upsert cannot rely on it; empty if it can
 */
public record UniqueIndex(String name, List<String> columns, List<KeyComparison> comparisons, String flaw) {
    public static final String DEFERRABLE = "is deferrable";

    public UniqueIndex(String name, List<String> columns, String flaw) {
        this(name, columns, List.of(), flaw);
    }

    /** Whether an upsert by these columns can rely on it. */
    public boolean serves(List<String> keys) {
        return flaw.isEmpty() && isOn(keys);
    }

    /** Whether it is on exactly these columns, in any order. */
    public boolean isOn(List<String> keys) {
        return columns.size() == keys.size() && keys.containsAll(columns);
    }

    /** Whether both, which are on the same columns, consider the same keys equal. */
    public boolean agreesWith(UniqueIndex other) {
        for (int part = 0; part < comparisons.size(); part++) {
            int same = other.columns.indexOf(columns.get(part));
            if (!comparisons.get(part).agreesWith(other.comparisons.get(same))) {
                return false;
            }
        }
        return true;
    }

    /** Merges two rows of the catalog for the same index: it has the columns of both. */
    public UniqueIndex with(UniqueIndex more) {
        List<String> all = new ArrayList<>(columns);
        all.addAll(more.columns);
        return new UniqueIndex(name, all, flaw.isEmpty() ? more.flaw : flaw);
    }
}
