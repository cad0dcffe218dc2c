package io.millrace.sinks;

import java.io.Serializable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column: its name in the catalog, or that below a domain; the name of its elements where it is an array;
 * and how SQL writes it.
 */
record ColumnType(String name, @Nullable String element, String sql) implements Serializable {
    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar");

    /** Whether the server puts values of {@code staged} into this type without being told to. */
    boolean assigns(String staged) {
        String plain = element == null ? name : element + "[]";
        return plain.equals(staged) || (staged.equals("text") && TEXTS.contains(name));
    }
}
