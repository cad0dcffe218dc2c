package io.millrace.core.internal.json;

import io.millrace.core.internal.json.JsonText.Numbers;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/**
 * The type of a field.
 *
 * @param kind how its text is converted
 * @param column the type of its column
 */
public record JsonType(Kind kind, DataType column) implements Serializable {
    public enum Kind {
        TEXT,
        WHOLE,
        DECIMAL,
        DOUBLE,
        BOOL,
        TIMESTAMP,
        DATE,
        EPOCH_SECONDS,
        EPOCH_MILLIS,
        EPOCH_MICROS,
        /** An array, a struct or a map. */
        NESTED
    }

    public static final JsonType TEXT = new JsonType(Kind.TEXT, DataTypes.StringType);
    public static final JsonType INTEGER = new JsonType(Kind.WHOLE, DataTypes.IntegerType);
    public static final JsonType BIGINT = new JsonType(Kind.WHOLE, DataTypes.LongType);
    public static final JsonType DOUBLE = new JsonType(Kind.DOUBLE, DataTypes.DoubleType);
    public static final JsonType BOOL = new JsonType(Kind.BOOL, DataTypes.BooleanType);
    public static final JsonType TIMESTAMP = new JsonType(Kind.TIMESTAMP, DataTypes.TimestampType);
    public static final JsonType DATE = new JsonType(Kind.DATE, DataTypes.DateType);

    private static final Map<Kind, String> UNITS =
            Map.of(Kind.EPOCH_SECONDS, "seconds", Kind.EPOCH_MILLIS, "milliseconds", Kind.EPOCH_MICROS, "microseconds");

    public static JsonType decimal(int precision, int scale) {
        return new JsonType(Kind.DECIMAL, DataTypes.createDecimalType(precision, scale));
    }

    /** An instant by a number of units since 1970-01-01T00:00:00Z. */
    public static JsonType epoch(Kind unit) {
        return new JsonType(unit, DataTypes.TimestampType);
    }

    /** What {@code verb} says of the type besides its own name: {@code , 10, 2} of a decimal. */
    String describe(String verb) {
        if (verb.equals("field")) {
            return ", " + column.catalogString();
        }
        return kind == Kind.DECIMAL ? ", " + precision() + ", " + scale() : "";
    }

    /** The type {@code column}, which {@code call} got. */
    public static JsonType of(String call, DataType column) {
        return atomic(column).orElseGet(() -> nested(call, column));
    }

    private static Optional<JsonType> atomic(DataType column) {
        return column instanceof DecimalType decimal
                ? Optional.of(decimal(decimal.precision(), decimal.scale()))
                : Stream.of(TEXT, INTEGER, BIGINT, DOUBLE, BOOL, TIMESTAMP, DATE)
                        .filter(type -> type.column().equals(column))
                        .findFirst();
    }

    private static JsonType nested(String call, DataType column) {
        boolean isNested = column instanceof StructType || column instanceof ArrayType || column instanceof MapType;
        if (!isNested || !JsonConversion.isOfJson(column)) {
            throw new IllegalArgumentException(call + "): " + column.catalogString()
                    + " is not a type that a document can hold. Use string, int, bigint, decimal, double, boolean,"
                    + " timestamp or date, or an array, a struct or a map with keys of strings.");
        }
        return new JsonType(Kind.NESTED, JsonConversion.nullable(column));
    }

    Numbers numbers() {
        return switch (kind) {
            case TEXT -> Numbers.AS_SPARK;
            case NESTED -> Numbers.PLAIN_DIGITS;
            default -> Numbers.DIGITS;
        };
    }

    int precision() {
        return ((DecimalType) column).precision();
    }

    int scale() {
        return ((DecimalType) column).scale();
    }

    /** Why {@code text} of {@code field} does not convert, without the text itself. */
    String reason(String field, String text) {
        if (UNITS.containsKey(kind)) {
            return field + " is not a number of " + UNITS.get(kind) + " in the years 0001 to 9999";
        }
        String reason = field + " is not of type " + column.catalogString();
        return kind == Kind.TIMESTAMP && JsonNumber.parse(text) != null
                ? reason + " but a number: name its unit with epochSeconds, epochMillis or epochMicros"
                : reason;
    }
}
