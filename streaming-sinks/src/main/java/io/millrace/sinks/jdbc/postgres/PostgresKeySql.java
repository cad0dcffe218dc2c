package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Compares staged keys in SQL like the unique index of the table, after they are assigned to its columns. */
final class PostgresKeySql {
    private PostgresKeySql() {}

    /** Writes the elements of ORDER BY, which put equal keys next to each other. */
    static String ordered(List<PlannedColumn> keys) {
        return ordered(keys, PostgresStagedColumns::afterAssignment);
    }

    /** Writes the same for values of the table under an alias. */
    static String ordered(List<PlannedColumn> keys, String alias) {
        return ordered(keys, column -> alias + "." + quoted(column));
    }

    /** Writes the arguments of DISTINCT ON; it compares them by the operators of {@link #ordered(List)}. */
    static String distinct(List<PlannedColumn> keys) {
        return joined(keys, column -> {
            PostgresKeyComparison comparison = PostgresKeyComparison.of(column);
            String value = PostgresStagedColumns.afterAssignment(column);
            return comparison == null ? value : comparison.collated(value);
        });
    }

    /**
     * Writes the condition that a row of the table under an alias has the staged key; a key with NULL never matches.
     */
    static String matches(List<PlannedColumn> keys, String alias) {
        return compared(keys, alias, PostgresStagedColumns::afterAssignment, PostgresKeyComparison::matches);
    }

    /** Writes the same condition for keys that may contain NULL, for which the server reads every row. */
    static String matchesOrBothNull(List<PlannedColumn> keys, String alias) {
        return compared(keys, alias, PostgresStagedColumns::afterAssignment, PostgresKeyComparison::matchesOrBothNull);
    }

    /** Writes the condition that two aliases of the table have the same key, without NULL. */
    static String same(List<PlannedColumn> keys, String alias, String other) {
        return compared(keys, alias, column -> other + "." + quoted(column), PostgresKeyComparison::matches);
    }

    static String sameOrBothNull(List<PlannedColumn> keys, String alias, String other) {
        return compared(keys, alias, column -> other + "." + quoted(column), PostgresKeyComparison::matchesOrBothNull);
    }

    private static String ordered(List<PlannedColumn> keys, Function<PlannedColumn, String> value) {
        return joined(keys, column -> {
            PostgresKeyComparison comparison = PostgresKeyComparison.of(column);
            return comparison == null ? value.apply(column) : comparison.ordered(value.apply(column));
        });
    }

    private static String compared(
            List<PlannedColumn> keys, String alias, Function<PlannedColumn, String> value, Equality equality) {
        return keys.stream()
                .map(column -> {
                    String held = alias + "." + quoted(column);
                    PostgresKeyComparison comparison = PostgresKeyComparison.of(column);
                    return comparison == null
                            ? held + " = " + value.apply(column)
                            : equality.of(comparison, held, value.apply(column));
                })
                .collect(Collectors.joining(" AND "));
    }

    @FunctionalInterface
    private interface Equality {
        String of(PostgresKeyComparison comparison, String held, String value);
    }
}
