package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column: its name in the catalog, or that of the type below a domain; the type of its elements if it is
 * an array; its name in SQL; the collation of its texts if they do not compare letter by letter; and how values are
 * assigned to it if that takes more than its name.
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

    /** Whether an assignment rounds, pads or refuses values by the type's modifier. */
    public boolean isModified() {
        return assignment != null && assignment.isModified();
    }

    /** Whether texts are equal if they differ only in trailing blanks. */
    public boolean ignoresBlanksAtEnd() {
        return PADDED.contains(name) || (collation != null && !collation.contains("nopad"));
    }
}
