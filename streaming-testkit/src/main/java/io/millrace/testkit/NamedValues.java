package io.millrace.testkit;

import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The values of a record or a bean by their names. */
final class NamedValues {
    private final Object owner;
    private final List<NamedValue> values;

    private NamedValues(Object owner, List<NamedValue> values) {
        this.owner = owner;
        this.values = values;
    }

    /** @param isDerived whether it is a getter without a setter, which needs no column */
    private record NamedValue(String name, @Nullable Object value, boolean isDerived) {}

    /**
     * The values of {@code owner} for the columns of {@code schema}, which has some of the columns {@code all}.
     *
     * @throws IllegalArgumentException if a column has none, or a value has no column
     */
    static List<@Nullable Object> of(Object owner, StructType schema, StructType all) {
        NamedValues values = new NamedValues(owner, owner instanceof Record ? ofRecord(owner) : ofBean(owner));
        List<@Nullable Object> parts = new ArrayList<>();
        for (String column : schema.fieldNames()) {
            parts.add(values.find(column, all).value());
        }
        values.checkNames(all);
        return parts;
    }

    private NamedValue find(String column, StructType all) {
        List<NamedValue> found =
                values.stream().filter(value -> value.name().equals(column)).toList();
        if (found.isEmpty()) {
            found = values.stream()
                    .filter(value -> key(value.name()).equals(key(column)))
                    .filter(value -> !Arrays.asList(all.fieldNames()).contains(value.name()))
                    .toList();
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(owner.getClass().getSimpleName() + " has nothing named like column \""
                    + column + "\": it has " + names(values) + ".");
        }
        if (found.size() > 1) {
            throw new IllegalArgumentException(owner.getClass().getSimpleName() + " has " + names(found)
                    + ", which are all named like column \"" + column + "\".");
        }
        return found.get(0);
    }

    private void checkNames(StructType schema) {
        List<String> columns =
                Arrays.stream(schema.fieldNames()).map(NamedValues::key).toList();
        List<NamedValue> others = values.stream()
                .filter(value -> !value.isDerived() && !columns.contains(key(value.name())))
                .toList();
        if (!others.isEmpty()) {
            throw new IllegalArgumentException(owner.getClass().getSimpleName() + " has " + names(others)
                    + ", and no column is named like that: the columns are "
                    + String.join(", ", schema.fieldNames()) + ".");
        }
    }

    private static String names(List<NamedValue> values) {
        return values.stream().map(NamedValue::name).collect(Collectors.joining(", "));
    }

    /**
     * Compares names without case and underscores, so that {@code windowStart} fits the column {@code window_start}.
     */
    private static String key(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static List<NamedValue> ofRecord(Object owner) {
        List<NamedValue> values = new ArrayList<>();
        for (RecordComponent component : owner.getClass().getRecordComponents()) {
            values.add(new NamedValue(component.getName(), call(component.getAccessor(), owner), false));
        }
        return values;
    }

    private static List<NamedValue> ofBean(Object owner) {
        List<NamedValue> values = new ArrayList<>();
        for (PropertyDescriptor property :
                BeanRows.isValue(owner.getClass()) ? List.<PropertyDescriptor>of() : properties(owner)) {
            Method getter = property.getReadMethod();
            if (getter != null) {
                boolean isDerived = property.getWriteMethod() == null;
                values.add(new NamedValue(property.getName(), call(getter, owner), isDerived));
            }
        }
        if (values.isEmpty()) {
            throw new IllegalArgumentException(RowText.value(owner) + ", a "
                    + owner.getClass().getSimpleName()
                    + ", is not a row: write row(..), or a record or bean with a name for each column.");
        }
        return values;
    }

    private static List<PropertyDescriptor> properties(Object owner) {
        try {
            return List.of(
                    Introspector.getBeanInfo(owner.getClass(), Object.class).getPropertyDescriptors());
        } catch (IntrospectionException e) {
            throw new IllegalArgumentException("Cannot read " + owner.getClass().getName() + " as a bean.", e);
        }
    }

    private static @Nullable Object call(Method getter, Object owner) {
        String name = owner.getClass().getSimpleName() + "." + getter.getName() + "()";
        try {
            getter.setAccessible(true);
            return getter.invoke(owner);
        } catch (InvocationTargetException e) {
            Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
            throw new IllegalArgumentException(name + " failed: " + Causes.messages(cause), cause);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException("Cannot read " + name + ": open its package to the testkit.", e);
        }
    }
}
