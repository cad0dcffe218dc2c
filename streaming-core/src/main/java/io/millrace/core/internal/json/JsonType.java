package io.millrace.core.internal.json;

import io.millrace.core.internal.json.JsonText.Numbers;
import io.millrace.core.internal.spark.SparkLine;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
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
        VARIANT,
        /** An array, a struct or a map. */
        NESTED,
        /** An array of structs, each with fields of an element: see {@link JsonItems}. */
        ITEMS,
        /** The place of an element in its array, from 0. */
        POSITION
    }

    public static final JsonType TEXT = new JsonType(Kind.TEXT, DataTypes.StringType);
    private static final JsonType TINYINT = new JsonType(Kind.WHOLE, DataTypes.ByteType);
    private static final JsonType SMALLINT = new JsonType(Kind.WHOLE, DataTypes.ShortType);
    public static final JsonType INTEGER = new JsonType(Kind.WHOLE, DataTypes.IntegerType);
    public static final JsonType BIGINT = new JsonType(Kind.WHOLE, DataTypes.LongType);
    private static final JsonType FLOAT = new JsonType(Kind.DOUBLE, DataTypes.FloatType);
    public static final JsonType DOUBLE = new JsonType(Kind.DOUBLE, DataTypes.DoubleType);
    public static final JsonType BOOL = new JsonType(Kind.BOOL, DataTypes.BooleanType);
    public static final JsonType TIMESTAMP = new JsonType(Kind.TIMESTAMP, DataTypes.TimestampType);
    private static final JsonType TIMESTAMP_NTZ = new JsonType(Kind.TIMESTAMP, DataTypes.TimestampNTZType);
    public static final JsonType DATE = new JsonType(Kind.DATE, DataTypes.DateType);

    public static final JsonType POSITION = new JsonType(Kind.POSITION, DataTypes.IntegerType);

    private static final List<JsonType> LEAVES =
            List.of(TEXT, TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE, BOOL, TIMESTAMP, TIMESTAMP_NTZ, DATE);

    private static final Map<Kind, String> UNITS =
            Map.of(Kind.EPOCH_SECONDS, "seconds", Kind.EPOCH_MILLIS, "milliseconds", Kind.EPOCH_MICROS, "microseconds");

    public static JsonType decimal(int precision, int scale) {
        return new JsonType(Kind.DECIMAL, DataTypes.createDecimalType(precision, scale));
    }

    /** An instant by a number of units since 1970-01-01T00:00:00Z. */
    public static JsonType epoch(Kind unit) {
        return new JsonType(unit, DataTypes.TimestampType);
    }

    /** Rows of {@code fields}, one for each element of an array. */
    static JsonType items(List<JsonField> fields) {
        return new JsonType(Kind.ITEMS, DataTypes.createArrayType(JsonItems.type(fields), true));
    }

    /** The type of any value, which this Spark must have. */
    public static JsonType variant(DataType column) {
        return new JsonType(Kind.VARIANT, column);
    }

    /** What {@code verb} says of the type besides its own name: {@code , 10, 2} of a decimal. */
    String describe(String verb) {
        if (verb.equals("field")) {
            return ", " + column.catalogString();
        }
        return kind == Kind.DECIMAL ? ", " + precision() + ", " + scale() : "";
    }

    /** The type {@code column} of what {@code path} finds; {@code call} is the call that got it, for messages. */
    public static JsonType of(String call, JsonPath path, DataType column) {
        return ofLeaf(column).orElseGet(() -> nested(call, path, column));
    }

    /** The type {@code column}; empty if it is an array, a struct or a map, or no document can hold it. */
    static Optional<JsonType> ofLeaf(DataType column) {
        if (SparkLine.variant().filter(column::equals).isPresent()) {
            return Optional.of(variant(column));
        }
        return column instanceof DecimalType decimal
                ? Optional.of(decimal(decimal.precision(), decimal.scale()))
                : LEAVES.stream().filter(type -> type.column().equals(column)).findFirst();
    }

    private static JsonType nested(String call, JsonPath path, DataType column) {
        if (!isOfJson(column)) {
            throw new IllegalArgumentException(call + ": " + column.catalogString()
                    + " is not a type that a document can hold. Use string, tinyint, smallint, int, bigint, decimal,"
                    + " float, double, boolean, timestamp, timestamp_ntz or date, or an array, a struct or a map of"
                    + " these, with keys of strings.");
        }
        twice(column).ifPresent(name -> {
            throw new IllegalArgumentException(call + ": the struct has a field " + name
                    + " twice, and names do not differ by case alone. Leave one of them out.");
        });
        if (path.findsArray() && !(column instanceof ArrayType)) {
            throw new IllegalArgumentException(call + ": a path with [*] finds an array, and " + column.catalogString()
                    + " is not one. Use array<" + column.catalogString() + ">.");
        }
        return new JsonType(Kind.NESTED, JsonConversion.nullable(column));
    }

    private static boolean isOfJson(DataType column) {
        if (column instanceof MapType map && !map.keyType().equals(DataTypes.StringType)) {
            return false;
        }
        return ofLeaf(column).isPresent() || (isNested(column) && parts(column).allMatch(JsonType::isOfJson));
    }

    private static boolean isNested(DataType column) {
        return column instanceof StructType || column instanceof ArrayType || column instanceof MapType;
    }

    private static Stream<DataType> parts(DataType column) {
        if (column instanceof StructType struct) {
            return Arrays.stream(struct.fields()).map(StructField::dataType);
        }
        if (column instanceof ArrayType array) {
            return Stream.of(array.elementType());
        }
        return column instanceof MapType map ? Stream.of(map.valueType()) : Stream.empty();
    }

    /** A name that a struct in {@code column} has twice. */
    private static Optional<String> twice(DataType column) {
        Set<String> names = new HashSet<>();
        Stream<String> own = column instanceof StructType struct ? Arrays.stream(struct.fieldNames()) : Stream.empty();
        return own.filter(name -> !names.add(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .or(() -> parts(column).flatMap(part -> twice(part).stream()).findFirst());
    }

    Numbers numbers() {
        return switch (kind) {
            case TEXT -> Numbers.AS_SPARK;
            case VARIANT, NESTED -> Numbers.PART;
            case ITEMS -> Numbers.SLICE;
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
