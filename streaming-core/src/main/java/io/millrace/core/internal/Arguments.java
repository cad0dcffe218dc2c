package io.millrace.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
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
        for (Object value : required(call, argument, values)) {
            refuseNullAmong(call, argument, value);
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
     * Refuses null for each of several arguments, also as an element of an array or a collection.
     *
     * @param call the call with the names of its arguments, such as {@code option(key, value)}
     * @param arguments their values, in the same order
     */
    public static void notNull(String call, @Nullable Object... arguments) {
        String name = call.substring(0, call.indexOf('('));
        String[] names = call.substring(name.length() + 1, call.length() - 1).split(", ", -1);
        for (int index = 0; index < arguments.length; index++) {
            for (Object element : elements(required(name, names[index], arguments[index]))) {
                refuseNullAmong(name, names[index], element);
            }
        }
    }

    private static void refuseNullAmong(String call, String argument, @Nullable Object element) {
        if (element == null) {
            throw new IllegalArgumentException(call + "(): one of " + argument + " is null. Pass a value for each.");
        }
    }

    private static Collection<?> elements(Object argument) {
        if (argument instanceof Object[] array) {
            return Arrays.asList(array);
        }
        return argument instanceof Collection<?> collection ? collection : List.of();
    }
}
