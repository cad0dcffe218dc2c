package io.millrace.core.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments of the calls of the API. */
public final class Arguments {
    private Arguments() {}

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
