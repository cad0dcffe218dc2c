package io.millrace.core;

import io.millrace.core.internal.ColumnExpressions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;

/**
 * The call that made a step. Equal calls make equal steps.
 *
 * @param text the call in one line
 * @param arguments what the call got; columns by their expressions
 */
record Call(String text, List<Object> arguments) {
    /** {@code name(a, b)}; the elements of a list are arguments like the others. */
    static Call of(String name, Object... arguments) {
        String listed = Arrays.stream(arguments).flatMap(Call::texts).collect(Collectors.joining(", "));
        return new Call(name + "(" + listed + ")", keys(Arrays.asList(arguments)));
    }

    /** A call that is described by {@code text} and not by its arguments. */
    static Call described(String text, Object... arguments) {
        return new Call(text, keys(Arrays.asList(arguments)));
    }

    /** {@code arguments} as they are compared. */
    static List<Object> keys(List<?> arguments) {
        return arguments.stream().map(Call::key).toList();
    }

    private static Object key(Object argument) {
        if (argument instanceof List<?> list) {
            return keys(list);
        }
        return argument instanceof Column column ? ColumnExpressions.key(column) : argument;
    }

    private static Stream<String> texts(Object argument) {
        if (argument instanceof List<?> list) {
            return list.stream().flatMap(Call::texts);
        }
        return Stream.of(argument instanceof DataType type ? type.catalogString() : argument.toString());
    }
}
