package io.millrace.sinks;

import java.io.Serializable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column: its name in the catalog, or that below a domain; the name of its elements where it is an array;
 * how SQL writes it; and how its texts compare, where that is not letter for letter.
 */
record ColumnType(
        String name,
        @Nullable String element,
        String sql,
        @Nullable String collation) implements Serializable {
    private static final Set<String> PADDED = Set.of("bpchar", "char");

    /** Whether texts are equal that differ in blanks at their ends alone. */
    boolean ignoresBlanksAtEnd() {
        return PADDED.contains(name) || (collation != null && !collation.contains("nopad"));
    }
}
