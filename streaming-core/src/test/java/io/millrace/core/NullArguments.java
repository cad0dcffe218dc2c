package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;

/**
 * Passes null for each argument of each public call of some types, also as an element of arrays and lists, and requires
 * an exception whose message names the call and says that something is null.
 */
public final class NullArguments {
    private final Map<Class<?>, Object> arguments;

    /** {@code arguments} has an object for each type of an argument, and for each type whose instances are called. */
    public NullArguments(Map<Class<?>, Object> arguments) {
        this.arguments = arguments;
    }

    public void areRefusedBy(Stream<Class<?>> types) {
        SoftAssertions all = new SoftAssertions();
        List<String> calls = new ArrayList<>();
        types.forEach(type -> {
            assertThat(type).matches(known -> Modifier.isPublic(known.getModifiers()));
            Stream.concat(Arrays.stream(type.getConstructors()), Arrays.stream(type.getMethods()))
                    .filter(NullArguments::isCall)
                    .forEach(call -> calls.addAll(check(call, all)));
        });
        all.assertAll();
        assertThat(calls).isNotEmpty();
    }

    /** A method that a type of the library declares, but not as the default of an interface that users implement. */
    private static boolean isCall(Executable call) {
        return !call.isSynthetic()
                && !call.getName().equals("equals")
                && call.getDeclaringClass().getName().startsWith("io.millrace.")
                && !call.getDeclaringClass().isInterface();
    }

    private List<String> check(Executable call, SoftAssertions all) {
        List<String> checked = new ArrayList<>();
        Class<?>[] types = call.getParameterTypes();
        for (int index = 0; index < types.length; index++) {
            if (!types[index].isPrimitive()) {
                List<Object> nulls = new ArrayList<>(Collections.singletonList(null));
                if (types[index].isArray() && !types[index].getComponentType().isPrimitive()) {
                    nulls.add(Array.newInstance(types[index].getComponentType(), 1));
                }
                if (types[index] == List.class) {
                    nulls.add(Collections.singletonList(null));
                }
                for (Object none : nulls) {
                    checked.add(call + " " + index);
                    check(call, index, none, all);
                }
            }
        }
        return checked;
    }

    private void check(Executable call, int index, Object none, SoftAssertions all) {
        Object[] values =
                Arrays.stream(call.getParameterTypes()).map(this::value).toArray();
        values[index] = none;
        String name = call instanceof Constructor<?> ? call.getDeclaringClass().getSimpleName() : call.getName();
        Throwable refused = catchThrowable(() -> call(call, values));
        all.assertThat(refused)
                .as("%s with null at %d", call, index)
                .isInstanceOfAny(IllegalArgumentException.class, NullPointerException.class)
                .hasMessageStartingWith(name + "(")
                .hasMessageMatching("(?s).*(is|contains) null\\. .*\\.");
    }

    private Object call(Executable call, Object[] values) throws Throwable {
        try {
            if (call instanceof Constructor<?> constructor) {
                return constructor.newInstance(values);
            }
            boolean isStatic = Modifier.isStatic(call.getModifiers());
            return ((Method) call).invoke(isStatic ? null : value(call.getDeclaringClass()), values);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Object value(Class<?> type) {
        if (type.isArray() && !arguments.containsKey(type)) {
            Object array = Array.newInstance(type.getComponentType(), 1);
            Array.set(array, 0, value(type.getComponentType()));
            return array;
        }
        return arguments.entrySet().stream()
                .filter(known -> known.getKey() == type)
                .map(Map.Entry::getValue)
                .findFirst()
                .or(() -> arguments.values().stream().filter(type::isInstance).findFirst())
                .orElseThrow(() -> new IllegalStateException("No value of " + type + ": add one."));
    }
}
