package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks names of tables and columns. Names are taken as they are and always quoted; one that the server would cut is
 * refused.
 */
final class Identifier {
    private Identifier() {}

    static String check(Dialect dialect, String call, String name) {
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
        List<String> names = new ArrayList<>();
        names.add(check(dialect, call, first));
        for (String name : more) {
            if (names.contains(name)) {
                throw new IllegalArgumentException(
                        call + "(...): the column \"" + name + "\" is named twice. Name it once.");
            }
            names.add(check(dialect, call, name));
        }
        return List.copyOf(names);
    }
}
