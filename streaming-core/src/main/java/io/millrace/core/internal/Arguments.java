package io.millrace.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Refuses null where a call takes a value, so that the message names the call and the argument. */
public final class Arguments {
    private Arguments() {}

    /** {@code value}, the {@code argument} of {@code call}, unless it is null. */
    public static <T> T required(String call, String argument, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(call + "(): " + argument + " is null. Pass a value.");
        }
        return value;
    }

    /** A copy of {@code values}, unless they are null or one of them is. */
    public static <T> List<T> allRequired(String call, String argument, @Nullable List<? extends T> values) {
        if (required(call, argument, values).stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(call + "(): one of " + argument + " is null. Pass a value for each.");
        }
        return List.copyOf(values);
    }

    /** As {@link #allRequired(String, String, List)}, for a call with at least one argument. */
    public static <T> List<T> allRequired(String call, String argument, @Nullable T first, T @Nullable [] more) {
        List<T> values = new ArrayList<>();
        values.add(required(call, argument, first));
        values.addAll(Arrays.asList(required(call, argument, more)));
        return allRequired(call, argument, values);
    }

    /** As {@link #allRequired(String, String, List)}, for a call with any number of arguments. */
    public static <T> List<T> allRequired(String call, String argument, T @Nullable [] values) {
        return allRequired(call, argument, Arrays.asList(required(call, argument, values)));
    }

    /**
     * Refuses null, also as an element of an array or a collection.
     *
     * @param call the call with the names of its arguments, such as {@code option(key, value)}
     * @param arguments their values, in the same order
     */
    public static void notNull(String call, @Nullable Object... arguments) {
        for (int index = 0; index < arguments.length; index++) {
            Object argument = arguments[index];
            if (argument == null) {
                throw new IllegalArgumentException(call + ": " + name(call, index) + " is null. Pass a value.");
            }
            if (elements(argument).contains(null)) {
                throw new IllegalArgumentException(call + ": " + name(call, index) + " contains null. Leave it out.");
            }
        }
    }

    private static String name(String call, int index) {
        return call.substring(call.indexOf('(') + 1, call.length() - 1).split(", ", -1)[index];
    }

    /** As a list that may be asked for null, unlike the immutable ones. */
    private static List<@Nullable Object> elements(Object argument) {
        if (argument instanceof Object[] array) {
            return Arrays.asList(array);
        }
        return argument instanceof Collection<?> collection
                ? Arrays.asList(collection.toArray())
                : Arrays.asList(argument);
    }
}
