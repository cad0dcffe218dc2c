package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.KeyComparison;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Staged keys in SQL, as the unique index of the table compares them after they were assigned to its columns. */
final class PostgresKeySql {
    private PostgresKeySql() {}

    /** Elements of ORDER BY; keys that are equal stand side by side. */
    static String ordered(List<PlannedColumn> keys) {
        return ordered(keys, PostgresCodecs::afterAssignment);
    }

    /** The same for values of the table under an alias. */
    static String ordered(List<PlannedColumn> keys, String alias) {
        return ordered(keys, column -> alias + "." + quoted(column));
    }

    /** What DISTINCT ON takes beside {@link #ordered(List)}, by whose operators it then compares. */
    static String distinct(List<PlannedColumn> keys) {
        return joined(keys, column -> {
            KeyComparison comparison = column.comparison();
            String value = PostgresCodecs.afterAssignment(column);
            return comparison == null ? value : comparison.collated(value);
        });
    }

    /** Whether a row of the table under an alias has the staged key; a key with NULL is never the same. */
    static String matches(List<PlannedColumn> keys, String alias) {
        return compared(keys, alias, PostgresCodecs::afterAssignment, KeyComparison::matches);
    }

    /** The same for keys in which NULL may be, for which the server looks at every row. */
    static String matchesOrBothNull(List<PlannedColumn> keys, String alias) {
        return compared(keys, alias, PostgresCodecs::afterAssignment, KeyComparison::matchesOrBothNull);
    }

    /** Whether two aliases of the table have the same key, without NULL. */
    static String same(List<PlannedColumn> keys, String alias, String other) {
        return compared(keys, alias, column -> other + "." + quoted(column), KeyComparison::matches);
    }

    static String sameOrBothNull(List<PlannedColumn> keys, String alias, String other) {
        return compared(keys, alias, column -> other + "." + quoted(column), KeyComparison::matchesOrBothNull);
    }

    private static String ordered(List<PlannedColumn> keys, Function<PlannedColumn, String> value) {
        return joined(keys, column -> {
            KeyComparison comparison = column.comparison();
            return comparison == null ? value.apply(column) : comparison.ordered(value.apply(column));
        });
    }

    private static String compared(
            List<PlannedColumn> keys, String alias, Function<PlannedColumn, String> value, Equality equality) {
        return keys.stream()
                .map(column -> {
                    String held = alias + "." + quoted(column);
                    KeyComparison comparison = column.comparison();
                    return comparison == null
                            ? held + " = " + value.apply(column)
                            : equality.of(comparison, held, value.apply(column));
                })
                .collect(Collectors.joining(" AND "));
    }

    @FunctionalInterface
    private interface Equality {
        String of(KeyComparison comparison, String held, String value);
    }
}
