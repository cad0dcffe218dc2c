package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks names of tables and columns. Names are taken as they are and always quoted; one that the server would cut is
 * refused.
 */
final class Identifier {
    private Identifier() {}

    static String check(Dialect dialect, String call, String name) {
        notNull(call + "(name)", name);
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(call + "(\"" + name.replace("\0", "\\0")
                    + "\"): a name has at least one character, and none of them is NUL.");
        }
        dialect.nameFlaw(name).ifPresent(flaw -> {
            throw new IllegalArgumentException(call + "(\"" + name + "\"): " + flaw + ".");
        });
        return name;
    }

    static TableName table(Dialect dialect, String name) {
        return new TableName(null, check(dialect, "table", name));
    }

    static TableName table(Dialect dialect, String call, String schema, String name) {
        return new TableName(check(dialect, call, schema), check(dialect, call, name));
    }

    /** The columns that a call names, each once. */
    static List<String> columns(Dialect dialect, String call, String first, String... more) {
        notNull(call + "(first, more)", first, more);
        List<String> names = new ArrayList<>(List.of(more));
        names.add(0, first);
        return columns(dialect, call, names);
    }

    /** The columns that a call names, each once. */
    static List<String> columns(Dialect dialect, String call, List<String> columns) {
        notNull(call + "(columns)", columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(call + "(): name at least one column.");
        }
        Set<String> names = new HashSet<>();
        for (String name : columns) {
            if (!names.add(check(dialect, call, name))) {
                throw new IllegalArgumentException(
                        call + "(...): the column \"" + name + "\" is named twice. Name it once.");
            }
        }
        return List.copyOf(columns);
    }
}
