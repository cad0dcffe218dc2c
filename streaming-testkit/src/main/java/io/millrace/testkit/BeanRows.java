package io.millrace.testkit;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The rows of a Java bean, with the schema that Spark makes of it; also of a plain value, as one column. */
final class BeanRows {
    private static final List<String> VALUE = List.of("value");

    private BeanRows() {}

    static StructType schema(Class<?> type) {
        StructType schema;
        try {
            schema = Encoders.bean(type).schema();
        } catch (RuntimeException e) {
            throw isValue(type) || type.isInterface()
                    ? notABean(type, e)
                    : new IllegalArgumentException(
                            "Bean " + type.getSimpleName()
                                    + ": Spark has no column type for a property, or the type leads back to itself. Use"
                                    + " types that Spark knows, or give Rows with a schema.",
                            e);
        }
        if (schema.isEmpty()
                || (isValue(type) && !Arrays.asList(schema.fieldNames()).equals(VALUE))) {
            throw notABean(type, null);
        }
        for (StructField field : schema.fields()) {
            if (hasEmptyStruct(field.dataType())) {
                throw new IllegalArgumentException("Bean " + type.getSimpleName() + ": property \"" + field.name()
                        + "\" is " + field.dataType().catalogString() + ", in which Spark finds no columns. Use a type"
                        + " that Spark knows, or give Rows with a schema.");
            }
        }
        return schema;
    }

    private static IllegalArgumentException notABean(Class<?> type, @Nullable Exception cause) {
        return new IllegalArgumentException(
                type.getSimpleName()
                        + " is not a bean, which has a getter for each column. Use a bean or a record, or give Rows"
                        + " with a schema.",
                cause);
    }

    static Row row(Object value, StructType schema) {
        return Values.row(isValue(value.getClass()) ? RowFactory.create(value) : value, schema);
    }

    private static boolean hasEmptyStruct(DataType type) {
        if (type instanceof StructType struct) {
            return struct.isEmpty()
                    || Arrays.stream(struct.fields()).anyMatch(field -> hasEmptyStruct(field.dataType()));
        }
        if (type instanceof MapType map) {
            return hasEmptyStruct(map.keyType()) || hasEmptyStruct(map.valueType());
        }
        return type instanceof ArrayType array && hasEmptyStruct(array.elementType());
    }

    /** Whether it is a type of columns; it may have getters, such as {@code isEmpty}, that are none. */
    static boolean isValue(Class<?> type) {
        return type.isPrimitive()
                || type.isArray()
                || type.getName().startsWith("java.")
                || type.getName().startsWith("scala.")
                || Collection.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type)
                || Enum.class.isAssignableFrom(type);
    }
}
