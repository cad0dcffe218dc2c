package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column.
 *
 * @param name its name in the catalog, or that of the type below a domain
 * @param element the type of its elements; null if it is not an array
 * @param sql its name in SQL
 * @param collation the collation of its texts; null if they compare letter by letter
 * @param assignment what else the dialect needs to know to assign values; null if nothing
 */
public record ColumnType(
        String name,
        @Nullable String element,
        String sql,
        @Nullable String collation,
        @Nullable Serializable assignment)
        implements Serializable {
    private static final Set<String> PADDED = Set.of("bpchar", "char");

    public ColumnType(String name, @Nullable String element, String sql, @Nullable String collation) {
        this(name, element, sql, collation, null);
    }

    /** Whether texts are equal if they differ only in trailing blanks. */
    public boolean ignoresBlanksAtEnd() {
        return PADDED.contains(name) || (collation != null && !collation.contains("nopad"));
    }
}
