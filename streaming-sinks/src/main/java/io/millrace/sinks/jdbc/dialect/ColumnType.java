package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column: its name in the catalog, or that below a domain; the name of its elements where it is an array;
 * how SQL writes it; how its texts compare, where that is not letter for letter; and how values are assigned to it, if
 * that takes more than naming it.
 */
public record ColumnType(
        String name,
        @Nullable String element,
        String sql,
        @Nullable String collation,
        @Nullable Assignment assignment) implements Serializable {
    private static final Set<String> PADDED = Set.of("bpchar", "char");

    public ColumnType(String name, @Nullable String element, String sql, @Nullable String collation) {
        this(name, element, sql, collation, null);
    }

    /** Whether an assignment rounds, pads or refuses values by a modifier of the type. */
    public boolean isModified() {
        return assignment != null && assignment.isModified();
    }

    /** Whether texts are equal that differ in blanks at their ends alone. */
    public boolean ignoresBlanksAtEnd() {
        return PADDED.contains(name) || (collation != null && !collation.contains("nopad"));
    }
}
