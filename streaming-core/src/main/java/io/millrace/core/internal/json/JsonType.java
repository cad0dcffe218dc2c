package io.millrace.core.internal.json;

import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

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
        REAL,
        BOOL,
        TIMESTAMP,
        DATE,
        EPOCH_SECONDS,
        EPOCH_MILLIS,
        EPOCH_MICROS
    }

    public static final JsonType TEXT = new JsonType(Kind.TEXT, DataTypes.StringType);
    public static final JsonType INTEGER = new JsonType(Kind.WHOLE, DataTypes.IntegerType);
    public static final JsonType BIGINT = new JsonType(Kind.WHOLE, DataTypes.LongType);
    public static final JsonType REAL = new JsonType(Kind.REAL, DataTypes.DoubleType);
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

    boolean isText() {
        return kind == Kind.TEXT;
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
        String reason = field + " is not of type " + column.simpleString();
        return kind == Kind.TIMESTAMP && JsonNumber.parse(text) != null
                ? reason + " but a number: name its unit with epochSeconds, epochMillis or epochMicros"
                : reason;
    }
}
