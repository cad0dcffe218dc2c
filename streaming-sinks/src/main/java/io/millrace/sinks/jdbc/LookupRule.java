package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.lookup.LookupSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a look-up.
 *
 * @param mark the boolean column that says which rows have no row in the table; null if there is none
 */
record LookupRule(
        @Nullable TableName table,
        List<Pair> keys,
        List<Pair> columns,
        @Nullable String mark,
        boolean dropsMisses,
        LookupSpec.Limits limits,
        Duration retryFor) {
    static final LookupRule DEFAULT = new LookupRule(
            null,
            List.of(),
            List.of(),
            null,
            false,
            new LookupSpec.Limits(1_000, Duration.ofMinutes(5), Duration.ofMinutes(1), 100_000, null),
            Duration.ofMinutes(2));

    /** A column of the stream and one of the table. */
    record Pair(String stream, String table) {
        @Override
        public String toString() {
            return stream.equals(table) ? table : stream + " = " + table;
        }
    }

    LookupRule table(TableName table) {
        return new LookupRule(table, keys, columns, mark, dropsMisses, limits, retryFor);
    }

    LookupRule key(Pair key) {
        return new LookupRule(table, plus(keys, List.of(key)), columns, mark, dropsMisses, limits, retryFor);
    }

    LookupRule columns(List<Pair> more) {
        return new LookupRule(table, keys, plus(columns, more), mark, dropsMisses, limits, retryFor);
    }

    LookupRule mark(String mark) {
        return new LookupRule(table, keys, columns, mark, dropsMisses, limits, retryFor);
    }

    LookupRule droppingMisses() {
        return new LookupRule(table, keys, columns, mark, true, limits, retryFor);
    }

    LookupRule limits(LookupSpec.Limits limits) {
        return new LookupRule(table, keys, columns, mark, dropsMisses, limits, retryFor);
    }

    LookupRule retryFor(Duration retryFor) {
        return new LookupRule(table, keys, columns, mark, dropsMisses, limits, retryFor);
    }

    List<String> keyColumns() {
        return keys.stream().map(Pair::table).toList();
    }

    List<String> valueColumns() {
        return columns.stream().map(Pair::table).toList();
    }

    /** The names of the columns that it adds. */
    List<String> added() {
        Stream<String> marks = mark == null ? Stream.of() : Stream.of(mark);
        return Stream.concat(columns.stream().map(Pair::stream), marks).toList();
    }

    /** The columns, and what else was set, a call each. */
    String described() {
        List<String> calls = new ArrayList<>();
        calls.add("columns(" + columns.stream().map(Pair::toString).collect(Collectors.joining(", ")) + ")");
        if (dropsMisses) {
            calls.add("droppingMisses()");
        }
        if (mark != null) {
            calls.add("markingMisses(" + mark + ")");
        }
        calls.addAll(limits.described(DEFAULT.limits));
        if (!retryFor.equals(DEFAULT.retryFor)) {
            calls.add("retryFor(" + retryFor + ")");
        }
        return String.join(", ", calls);
    }

    private static List<Pair> plus(List<Pair> some, List<Pair> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
