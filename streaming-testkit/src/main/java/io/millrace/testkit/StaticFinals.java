package io.millrace.testkit;

import java.lang.reflect.Field;

/** Sets static final fields, as only {@code sun.misc.Unsafe} can. */
final class StaticFinals {
    private StaticFinals() {}

    // By reflection, because javac warns of sun.misc.Unsafe in a way that no annotation can suppress.
    static void set(Field field, Object value) throws ReflectiveOperationException {
        Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
        Field theUnsafe = unsafeClass.getDeclaredField("theUnsafe");
        theUnsafe.setAccessible(true);
        Object unsafe = theUnsafe.get(null);
        Object base = unsafeClass.getMethod("staticFieldBase", Field.class).invoke(unsafe, field);
        Object offset = unsafeClass.getMethod("staticFieldOffset", Field.class).invoke(unsafe, field);
        Object first = field.get(null);
        if (field.getType().isPrimitive() || first == value) {
            return; // Its initializer has set it.
        }
        unsafeClass
                .getMethod("putObject", Object.class, long.class, Object.class)
                .invoke(unsafe, base, offset, value);
        if (first instanceof AutoCloseable started
                && !first.getClass().getName().startsWith("org.apache.spark.")) {
            close(started);
        }
    }

    /** Ends what the initializer has started a second time, such as a server. */
    private static void close(AutoCloseable started) {
        try {
            started.close();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot close " + started, e);
        }
    }
}
