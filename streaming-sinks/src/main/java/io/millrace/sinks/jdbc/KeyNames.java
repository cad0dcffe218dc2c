package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import java.util.ArrayList;
import java.util.List;

/** The key columns that a verb names. */
final class KeyNames {
    private KeyNames() {}

    static List<String> of(Dialect dialect, String verb, String first, String... more) {
        List<String> names = new ArrayList<>();
        names.add(Identifier.check(dialect, verb, first));
        for (String name : more) {
            if (names.contains(name)) {
                throw new IllegalArgumentException(
                        verb + "(...): the key column \"" + name + "\" is named twice. Name it once.");
            }
            names.add(Identifier.check(dialect, verb, name));
        }
        return List.copyOf(names);
    }
}
