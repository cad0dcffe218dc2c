package io.millrace.testkit;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Converts the values that a test writes to the types of a schema: {@code 2} to a bigint, {@code "00:05"} to a
 * timestamp.
 */
final class Values {
    private static final String VARIANT_AS_TEXT =
            " A text for a variant is JSON, with each name of an object once: {\"a\":1}, or \"a\" in quotes.";

    private Values() {}

    /** {@code value} as a row of {@code schema}: from a {@link Row} by position, from a record or bean by name. */
    static Row row(Object value, StructType schema) {
        List<@Nullable Object> parts = parts(value, schema);
        if (parts.size() != schema.length()) {
            throw new IllegalArgumentException("A row of " + parts.size() + " values was given, but the schema has "
                    + schema.length() + " columns: " + String.join(", ", schema.fieldNames()) + ".");
        }
        @Nullable Object[] fitted = new Object[parts.size()];
        for (int column = 0; column < fitted.length; column++) {
            fitted[column] = fit(parts.get(column), schema.fields()[column]);
        }
        return RowFactory.create(fitted);
    }

    private static List<@Nullable Object> parts(Object value, StructType schema) {
        if (value instanceof Row row) {
            List<@Nullable Object> parts = new ArrayList<>();
            for (int column = 0; column < row.length(); column++) {
                parts.add(row.get(column));
            }
            return parts;
        }
        Map<String, @Nullable Object> byName = value instanceof Record ? ofRecord(value) : ofBean(value);
        List<@Nullable Object> parts = new ArrayList<>();
        for (String column : schema.fieldNames()) {
            if (!byName.containsKey(key(column))) {
                throw new IllegalArgumentException(
                        value.getClass().getSimpleName() + " has nothing named like column \"" + column + "\": it has "
                                + String.join(", ", byName.keySet()) + ".");
            }
            parts.add(byName.get(key(column)));
        }
        return parts;
    }

    /**
     * Compares names without case and underscores, so that {@code windowStart} fits the column {@code window_start}.
     */
    private static String key(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static Map<String, @Nullable Object> ofRecord(Object value) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            values.put(key(component.getName()), RecordRows.valueOf(value, component));
        }
        return values;
    }

    private static Map<String, @Nullable Object> ofBean(Object value) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        try {
            for (PropertyDescriptor property :
                    Introspector.getBeanInfo(value.getClass(), Object.class).getPropertyDescriptors()) {
                if (property.getReadMethod() != null) {
                    values.put(key(property.getName()), property.getReadMethod().invoke(value));
                }
            }
        } catch (IntrospectionException | ReflectiveOperationException e) {
            throw new IllegalArgumentException("Cannot read " + value.getClass().getName() + " as a bean.", e);
        }
        return values;
    }

    private static @Nullable Object fit(@Nullable Object value, StructField field) {
        try {
            return fit(value, field.dataType());
        } catch (ClassCastException | ArithmeticException | NumberFormatException | DateTimeException e) {
            throw mismatch(value, field, e);
        }
    }

    private static IllegalArgumentException mismatch(@Nullable Object value, StructField field, Exception cause) {
        return new IllegalArgumentException(
                "Column \"" + field.name() + "\" is " + field.dataType().catalogString() + " and cannot hold "
                        + RowText.value(value) + ", a "
                        + (value == null ? "null" : value.getClass().getSimpleName()) + "."
                        + (field.dataType().catalogString().contains("variant") ? VARIANT_AS_TEXT : ""),
                cause);
    }

    static @Nullable Object fit(@Nullable Object value, DataType type) {
        if (value == null) {
            return null;
        }
        if (type instanceof StructType struct) {
            return row(value, struct);
        }
        if (type instanceof ArrayType array) {
            return fitAll(value instanceof Object[] values ? Arrays.asList(values) : list(value), array.elementType());
        }
        if (type instanceof MapType map) {
            Map<@Nullable Object, @Nullable Object> fitted = new LinkedHashMap<>();
            map(value).forEach((k, v) -> fitted.put(fit(k, map.keyType()), fit(v, map.valueType())));
            return fitted;
        }
        return fitScalar(value, type);
    }

    private static Object fitScalar(Object value, DataType type) {
        if (type.equals(DataTypes.TimestampType)) {
            return instant(value);
        }
        if (type.equals(DataTypes.DateType)) {
            return date(value);
        }
        if (type instanceof DecimalType decimal) {
            return decimal(value, decimal);
        }
        if (type instanceof StringType) {
            return value instanceof Enum<?> constant ? constant.name() : (String) value;
        }
        if (value instanceof Number number) {
            return fitNumber(number, type);
        }
        return SparkRowInternals.javaClass(type)
                .cast(value instanceof String json && isVariant(type) ? variant(json) : value);
    }

    private static BigDecimal decimal(Object value, DecimalType type) {
        BigDecimal exact = new BigDecimal(value.toString()).setScale(type.scale(), RoundingMode.UNNECESSARY);
        if (exact.precision() > type.precision()) {
            throw new ArithmeticException(exact + " has more digits than the column");
        }
        return exact;
    }

    private static boolean isVariant(DataType type) {
        return SparkLine.variant().filter(type::equals).isPresent();
    }

    /** The variant that {@code json} is; {@code json} itself, which does not fit, if it is not JSON. */
    private static Object variant(String json) {
        return Objects.requireNonNullElse(SparkLine.variantOf(json), json);
    }

    private static Object fitNumber(Number number, DataType type) {
        if (type.equals(DataTypes.DoubleType)) {
            return number.doubleValue();
        }
        if (type.equals(DataTypes.FloatType)) {
            return number.floatValue();
        }
        BigDecimal exact = number instanceof Long || number instanceof Integer
                ? BigDecimal.valueOf(number.longValue())
                : new BigDecimal(number.toString());
        try {
            if (type.equals(DataTypes.LongType)) {
                return exact.longValueExact();
            }
            if (type.equals(DataTypes.IntegerType)) {
                return exact.intValueExact();
            }
            if (type.equals(DataTypes.ShortType)) {
                return exact.shortValueExact();
            }
            if (type.equals(DataTypes.ByteType)) {
                return exact.byteValueExact();
            }
        } catch (ArithmeticException e) {
            throw new NumberFormatException(e.getMessage());
        }
        throw new ClassCastException(number.getClass().getName());
    }

    private static Instant instant(Object value) {
        if (value instanceof Timestamp timestamp) {
            return timestamp.toInstant();
        }
        return value instanceof String text ? Times.parse(text) : (Instant) value;
    }

    private static LocalDate date(Object value) {
        if (value instanceof Date date) {
            return date.toLocalDate();
        }
        return value instanceof String text ? LocalDate.parse(text) : (LocalDate) value;
    }

    private static List<@Nullable Object> fitAll(Iterable<?> values, DataType type) {
        List<@Nullable Object> fitted = new ArrayList<>();
        values.forEach(value -> fitted.add(fit(value, type)));
        return fitted;
    }

    private static Iterable<?> list(Object value) {
        return value instanceof scala.collection.Seq<?> seq ? ScalaCollections.list(seq) : (Iterable<?>) value;
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof scala.collection.Map<?, ?> map ? ScalaCollections.map(map) : (Map<?, ?>) value;
    }
}
