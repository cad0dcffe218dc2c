package io.millrace.testkit;

import io.millrace.core.internal.spark.SparkLine;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The schema of a Java record, which Spark 3.5 cannot encode. */
final class RecordRows {
    private static final Map<Class<?>, DataType> SCALARS = Map.ofEntries(
            Map.entry(String.class, DataTypes.StringType),
            Map.entry(boolean.class, DataTypes.BooleanType),
            Map.entry(Boolean.class, DataTypes.BooleanType),
            Map.entry(byte.class, DataTypes.ByteType),
            Map.entry(Byte.class, DataTypes.ByteType),
            Map.entry(short.class, DataTypes.ShortType),
            Map.entry(Short.class, DataTypes.ShortType),
            Map.entry(int.class, DataTypes.IntegerType),
            Map.entry(Integer.class, DataTypes.IntegerType),
            Map.entry(long.class, DataTypes.LongType),
            Map.entry(Long.class, DataTypes.LongType),
            Map.entry(float.class, DataTypes.FloatType),
            Map.entry(Float.class, DataTypes.FloatType),
            Map.entry(double.class, DataTypes.DoubleType),
            Map.entry(Double.class, DataTypes.DoubleType),
            Map.entry(BigDecimal.class, DataTypes.createDecimalType(38, 18)),
            Map.entry(Instant.class, DataTypes.TimestampType),
            Map.entry(Timestamp.class, DataTypes.TimestampType),
            Map.entry(LocalDate.class, DataTypes.DateType),
            Map.entry(LocalDateTime.class, DataTypes.TimestampNTZType),
            Map.entry(Duration.class, DataTypes.createDayTimeIntervalType()),
            Map.entry(byte[].class, DataTypes.BinaryType));

    private RecordRows() {}

    static StructType schema(Class<?> recordClass) {
        refuseCircle(recordClass, List.of(recordClass));
        StructType schema = new StructType();
        for (RecordComponent component : recordClass.getRecordComponents()) {
            DataType type = type(component.getGenericType());
            if (type == null) {
                throw new IllegalArgumentException("Record " + recordClass.getSimpleName() + ": component \""
                        + component.getName() + "\" is a "
                        + component.getGenericType().getTypeName()
                        + ", which has no column type. Use a type that Spark knows, or give Rows with a schema.");
            }
            schema = schema.add(component.getName(), type, !component.getType().isPrimitive());
        }
        return schema;
    }

    /** Refuses a record that has itself as a part, since its schema would have no end. */
    private static void refuseCircle(Class<?> recordClass, List<Class<?>> within) {
        for (RecordComponent component : recordClass.getRecordComponents()) {
            for (Class<?> part : records(component.getGenericType())) {
                if (within.contains(part)) {
                    throw new IllegalArgumentException("Record " + recordClass.getSimpleName() + ": component \""
                            + component.getName() + "\" leads back to " + part.getSimpleName()
                            + ", so that no schema ends. Give Rows with a schema.");
                }
                List<Class<?>> deeper = new ArrayList<>(within);
                deeper.add(part);
                refuseCircle(part, deeper);
            }
        }
    }

    /** The records in {@code type}: itself, or those that its lists, arrays and maps are of. */
    private static List<Class<?>> records(Type type) {
        if (type instanceof ParameterizedType generic) {
            return Arrays.stream(generic.getActualTypeArguments())
                    .flatMap(argument -> records(argument).stream())
                    .toList();
        }
        if (!(type instanceof Class<?> plain)) {
            return List.of();
        }
        return plain.isArray() ? records(plain.getComponentType()) : plain.isRecord() ? List.of(plain) : List.of();
    }

    /** The type of a column of values of {@code type}; null if there is none. */
    static @Nullable DataType typeOf(Class<?> type) {
        return type(type);
    }

    private static @Nullable DataType type(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        if (!(type instanceof Class<?> plain)) {
            return null;
        }
        if (SCALARS.containsKey(plain)) {
            return SCALARS.get(plain);
        }
        Optional<DataType> variant = SparkLine.variant()
                .filter(known -> SparkRowInternals.javaClass(known).equals(plain));
        if (variant.isPresent()) {
            return variant.get();
        }
        if (plain.isEnum()) {
            return DataTypes.StringType;
        }
        if (plain.isArray() && !plain.getComponentType().isPrimitive()) {
            return array(plain.getComponentType());
        }
        return plain.isRecord() ? schema(plain) : null;
    }

    private static @Nullable DataType generic(ParameterizedType type) {
        Type[] of = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            return array(of[0]);
        }
        if (type.getRawType() != Map.class) {
            return null;
        }
        DataType key = type(of[0]);
        DataType value = type(of[1]);
        return key == null || value == null ? null : DataTypes.createMapType(key, value);
    }

    private static @Nullable DataType array(Type element) {
        DataType type = type(element);
        return type == null ? null : DataTypes.createArrayType(type);
    }
}
