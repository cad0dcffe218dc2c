package io.millrace.testkit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** The sink of a contract whose classes are loaded again, so that it knows nothing of what an earlier driver did. */
final class NewDriver implements AutoCloseable {
    private final DriverLoader loader;
    private final SinkContract contract;
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    private NewDriver(SinkContract original, DriverLoader loader) throws ReflectiveOperationException {
        this.loader = loader;
        this.contract = (SinkContract) copy(original);
        Thread.currentThread().setContextClassLoader(loader);
    }

    /**
     * Skips the test if the class cannot be loaded again.
     *
     * @param target the classes of a target in this JVM
     */
    static NewDriver of(SinkContract original, List<Class<?>> target) {
        try {
            return new NewDriver(original, new DriverLoader(original.getClass().getClassLoader(), target));
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            throw notTried("the test class cannot be loaded and created a second time: " + Causes.messages(e), e);
        }
    }

    /** Skips the test if the first batch of the driver does not reach the target, as that of any other driver does. */
    void checkFirstBatch(Supplier<@Nullable Exception> batch, BooleanSupplier isKept) {
        Throwable error;
        try {
            error = batch.get();
        } catch (LinkageError e) {
            error = e;
        }
        if (error != null) {
            throw notTried("its first batch fails: " + Causes.messages(error), error);
        }
        if (!isKept.getAsBoolean()) {
            throw notTried(
                    "it does not write into target(). Let targetClasses() name the classes of a target in this JVM.",
                    null);
        }
    }

    private static TestAbortedException notTried(String why, @Nullable Throwable cause) {
        return new TestAbortedException("A driver that shares nothing with the first was not tried: " + why, cause);
    }

    /** The sink on {@code rows}, whose tasks use the classes of this driver. */
    DataStreamWriter<Row> write(Dataset<Row> rows) {
        DataStreamWriter<Row> writer = contract.write(rows);
        try {
            Field field = writer.getClass().getDeclaredField("foreachWriter");
            field.setAccessible(true);
            if (field.get(writer) instanceof ForeachWriter<?> original) {
                field.set(writer, new ReloadedWriter(original, loader));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Spark keeps the writer of a query elsewhere.", e);
        }
        return writer;
    }

    /** Only the thread that has opened it may close it. */
    @Override
    public void close() {
        Thread.currentThread().setContextClassLoader(before);
        loader.close();
    }

    private Object copy(Object original) throws ReflectiveOperationException {
        Class<?> type = loader.loadClass(original.getClass().getName());
        Object outer = outer(original);
        Constructor<?> constructor = outer == null
                ? type.getDeclaredConstructor()
                : Arrays.stream(type.getDeclaredConstructors())
                        .filter(one -> one.getParameterCount() == 1)
                        .findFirst()
                        .orElseThrow(() -> new NoSuchMethodException(type.getName() + "()"));
        constructor.setAccessible(true);
        Object copy = outer == null ? constructor.newInstance() : constructor.newInstance(copy(outer));
        copyFields(original, copy);
        return copy;
    }

    /** The instance of the test class around that of a nested one. */
    private static @Nullable Object outer(Object inner) throws ReflectiveOperationException {
        for (Class<?> type = inner.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().startsWith("this$")) {
                    field.setAccessible(true);
                    return field.get(inner);
                }
            }
        }
        return null;
    }

    /** Values of classes that are not loaded again, such as a pool of connections, are those of the first driver. */
    private void copyFields(Object original, Object copy) throws ReflectiveOperationException {
        Class<?> copied = copy.getClass();
        for (Class<?> type = original.getClass(); type != copied; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                field.setAccessible(true);
                Object value = field.get(original);
                if (value != null && isShared(value.getClass()) && !isMemory(field, value)) {
                    set(copied.getDeclaredField(field.getName()), copy, value);
                }
            }
            copied = copied.getSuperclass();
        }
    }

    /** Static sets, maps and the like are memory of a driver; those of an instance belong to the test. */
    private static boolean isMemory(Field field, Object value) {
        return Modifier.isStatic(field.getModifiers())
                && value.getClass().getName().startsWith("java.util.");
    }

    private static void set(Field field, Object copy, Object value) throws ReflectiveOperationException {
        field.setAccessible(true);
        if (Modifier.isStatic(field.getModifiers()) && Modifier.isFinal(field.getModifiers())) {
            StaticFinals.set(field, value);
        } else {
            field.set(copy, value);
        }
    }

    private boolean isShared(Class<?> type) {
        try {
            return !type.isHidden() && loader.loadClass(type.getName()) == type;
        } catch (ClassNotFoundException ofThisTest) {
            return false;
        }
    }
}
