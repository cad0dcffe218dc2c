package io.millrace.testkit;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;

/**
 * Converts the values that a test writes to the types of a schema: {@code 2} to a bigint, {@code "00:05"} to a
 * timestamp.
 */
final class Values {
    private static final String VARIANT_AS_TEXT =
            " A text for a variant is JSON, with each name of an object once: {\"a\":1}, or \"a\" in quotes."
                    + " Its numbers are doubles, or have up to 38 digits.";

    private Values() {}

    /**
     * {@code value} as a row of {@code schema}: from a {@link Row} by position, from a record or bean by name.
     *
     * @throws IllegalArgumentException if it does not fit, or if a name of the record or bean is that of no column
     */
    static Row row(Object value, StructType schema) {
        return row(value, schema, schema);
    }

    /** As {@link #row(Object, StructType)}, if {@code schema} has some of the columns {@code all}. */
    static Row row(Object value, StructType schema, StructType all) {
        List<@Nullable Object> parts = parts(value, schema, all);
        if (parts.size() != schema.length()) {
            throw new IllegalArgumentException("The row has " + Expectations.count(parts.size(), "value", "values")
                    + " for " + Expectations.count(schema.length(), "column", "columns") + ": "
                    + String.join(", ", schema.fieldNames()) + ".");
        }
        @Nullable Object[] fitted = new Object[parts.size()];
        for (int column = 0; column < fitted.length; column++) {
            fitted[column] = fit(parts.get(column), schema.fields()[column]);
        }
        return RowFactory.create(fitted);
    }

    /**
     * Converts each of the rows that {@code call} was given.
     *
     * @throws IllegalArgumentException that starts with {@code call}, and of several rows the number of the wrong one
     */
    static <T, R> List<R> each(String call, List<T> values, Function<T, R> converter) {
        List<R> rows = new ArrayList<>(values.size());
        for (T value : values) {
            try {
                rows.add(converter.apply(value));
            } catch (IllegalArgumentException e) {
                String which = values.size() == 1 ? "" : "row " + (rows.size() + 1) + ": ";
                throw new IllegalArgumentException(call + ": " + which + e.getMessage(), e);
            }
        }
        return rows;
    }

    private static List<@Nullable Object> parts(Object value, StructType schema, StructType all) {
        if (value instanceof Row row) {
            List<@Nullable Object> parts = new ArrayList<>();
            for (int column = 0; column < row.length(); column++) {
                parts.add(row.get(column));
            }
            return parts;
        }
        return NamedValues.of(value, schema, all);
    }

    private static @Nullable Object fit(@Nullable Object value, StructField field) {
        try {
            return fit(value, field.dataType());
        } catch (ClassCastException
                | ArithmeticException
                | NumberFormatException
                | DateTimeException
                | Texts.HalfCharacter e) {
            throw mismatch(value, field, e);
        }
    }

    /** Refuses a NULL in {@code row} where {@code schema} has none; Spark would read it as 0, or not start. */
    static void checkNulls(Row row, StructType schema) {
        checkNulls("", row, schema);
    }

    private static void checkNulls(String within, Row row, StructType schema) {
        for (int column = 0; column < schema.length(); column++) {
            StructField field = schema.fields()[column];
            checkNulls(within + field.name(), row.get(column), field.dataType(), field.nullable());
        }
    }

    private static void checkNulls(String name, @Nullable Object value, DataType type, boolean nullable) {
        if (value == null) {
            if (!nullable) {
                throw new IllegalArgumentException("Column \"" + name + "\" is NOT NULL and cannot hold NULL.");
            }
        } else if (type instanceof StructType struct) {
            checkNulls(name + ".", (Row) value, struct);
        } else if (type instanceof ArrayType array) {
            list(value).forEach(element -> checkNulls(name + "[]", element, array.elementType(), array.containsNull()));
        } else if (type instanceof MapType map) {
            map(value).forEach((k, v) -> {
                checkNulls(name + "{key}", k, map.keyType(), false);
                checkNulls(name + "{}", v, map.valueType(), map.valueContainsNull());
            });
        }
    }

    private static IllegalArgumentException mismatch(@Nullable Object value, StructField field, Exception cause) {
        return new IllegalArgumentException(
                "Column \"" + field.name() + "\" is " + field.dataType().catalogString() + " and cannot hold "
                        + RowText.value(value) + ", a "
                        + (value == null ? "null" : value.getClass().getSimpleName()) + "."
                        + (field.dataType().catalogString().contains("variant") ? VARIANT_AS_TEXT : "")
                        + (isReason(cause) ? " " + cause.getMessage() : ""),
                cause);
    }

    private static boolean isReason(Exception cause) {
        return cause instanceof Texts.HalfCharacter
                || (cause instanceof DateTimeException && !(cause instanceof DateTimeParseException));
    }

    static @Nullable Object fit(@Nullable Object value, DataType type) {
        if (value == null) {
            return null;
        }
        if (type instanceof StructType struct) {
            return row(value, struct);
        }
        if (type instanceof ArrayType array) {
            return fitAll(list(value), array.elementType());
        }
        if (type instanceof MapType map) {
            return fitAll(map(value), map);
        }
        return fitScalar(value, type);
    }

    private static Object fitScalar(Object value, DataType type) {
        if (type.equals(DataTypes.TimestampType)) {
            return TimeValues.instant(value);
        }
        if (type.equals(DataTypes.TimestampNTZType)) {
            return TimeValues.local(value);
        }
        if (type.equals(DataTypes.DateType)) {
            return TimeValues.date(value);
        }
        if (type instanceof DayTimeIntervalType interval) {
            return TimeValues.interval(value, interval);
        }
        if (type instanceof YearMonthIntervalType interval) {
            return TimeValues.interval(value, interval);
        }
        if (type instanceof DecimalType decimal) {
            return decimal(value, decimal);
        }
        if (type instanceof StringType) {
            return value instanceof Enum<?> constant ? constant.name() : Texts.whole((String) value);
        }
        if (value instanceof Number number) {
            return fitNumber(number, type);
        }
        if (value instanceof byte[] bytes && type.equals(DataTypes.BinaryType)) {
            return bytes.clone(); // The test may use its array again.
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

    /** The variant that {@code json} is; {@code json} itself, which does not fit, if it is not JSON, or changed. */
    private static Object variant(String json) {
        Object variant = SparkLine.variantOf(json);
        return variant == null || !JsonChecks.isKeptByVariant(json) ? json : variant;
    }

    private static Object fitNumber(Number number, DataType type) {
        if (type.equals(DataTypes.DoubleType)) {
            double value = number.doubleValue();
            return Double.isFinite(value) ? same(number, value, new BigDecimal(value)) : infinite(number, value);
        }
        if (type.equals(DataTypes.FloatType)) {
            float value = number.floatValue();
            return Float.isFinite(value) ? same(number, value, new BigDecimal(value)) : infinite(number, value);
        }
        BigDecimal exact = exact(number);
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

    private static BigDecimal exact(Number number) {
        return number instanceof Long || number instanceof Integer
                ? BigDecimal.valueOf(number.longValue())
                : new BigDecimal(number.toString());
    }

    /** {@code value} if it is {@code number}, or reads the same: 0.1 for a float. */
    private static Number same(Number number, Number value, BigDecimal bits) {
        BigDecimal exact = exact(number);
        if (exact.compareTo(bits) != 0 && exact.compareTo(new BigDecimal(value.toString())) != 0) {
            throw new ArithmeticException("the column would hold " + value);
        }
        return value;
    }

    /** {@code value}, unless {@code number} is only too large for it. */
    private static Number infinite(Number number, Number value) {
        if (!number.toString().equals(value.toString())) {
            throw new ArithmeticException("the column would hold " + value);
        }
        return value;
    }

    private static List<@Nullable Object> fitAll(Iterable<?> values, DataType type) {
        List<@Nullable Object> fitted = new ArrayList<>();
        values.forEach(value -> fitted.add(fit(value, type)));
        return fitted;
    }

    private static Map<@Nullable Object, @Nullable Object> fitAll(Map<?, ?> values, MapType type) {
        Map<@Nullable Object, @Nullable Object> fitted = new LinkedHashMap<>();
        Set<@Nullable Object> keys = new HashSet<>();
        values.forEach((key, value) -> {
            Object fittedKey = fit(key, type.keyType());
            if (!keys.add(ComparableValue.of(fittedKey))) {
                throw new IllegalArgumentException(
                        "The map " + RowText.value(values) + " has the key " + RowText.value(fittedKey) + " twice.");
            }
            fitted.put(fittedKey, fit(value, type.valueType()));
        });
        return fitted;
    }

    private static Iterable<?> list(Object value) {
        if (value.getClass().isArray()) {
            return elements(value);
        }
        if (value instanceof Path) { // It has its names, or itself, as elements.
            throw new ClassCastException();
        }
        return value instanceof scala.collection.Seq<?> seq ? ScalaCollections.list(seq) : (Iterable<?>) value;
    }

    static List<@Nullable Object> elements(Object array) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int index = 0; index < Array.getLength(array); index++) {
            elements.add(Array.get(array, index));
        }
        return elements;
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof scala.collection.Map<?, ?> map ? ScalaCollections.map(map) : (Map<?, ?>) value;
    }
}
