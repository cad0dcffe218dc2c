package io.millrace.core.internal.json;

import java.time.ZoneId;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Sets a column to the value of a text in the form that most documents have, from its bytes, without a {@code String}.
 * The values are those of {@link JsonConversion}, to which every other text is left.
 */
interface PlainValue {
    /** False, and nothing is set, if {@code text} has another form. */
    boolean set(byte[] text, SpecificInternalRow row, int column);

    /** {@code zone} is the time zone of texts without one. */
    static PlainValue of(JsonType type, ZoneId zone) {
        IsoTime times = new IsoTime(zone);
        return switch (type.kind()) {
            case TEXT ->
                (text, row, column) -> {
                    row.update(column, UTF8String.fromBytes(text));
                    return true;
                };
            case WHOLE -> ofWhole(type.column());
            case DECIMAL -> ofDecimal(type.precision(), type.scale());
            case DOUBLE -> ofReal(type.column());
            case BOOL -> PlainValue::bool;
            case TIMESTAMP ->
                type.column().equals(DataTypes.TimestampNTZType)
                        ? (text, row, column) -> micros(IsoTime.localMicros(text), row, column)
                        : (text, row, column) -> micros(times.micros(text), row, column);
            case DATE -> (text, row, column) -> day(times.day(text), row, column);
            case EPOCH_SECONDS -> (text, row, column) -> micros(PlainNumber.shifted(text, 6), row, column);
            case EPOCH_MILLIS -> (text, row, column) -> micros(PlainNumber.shifted(text, 3), row, column);
            case EPOCH_MICROS -> (text, row, column) -> micros(PlainNumber.shifted(text, 0), row, column);
            case VARIANT, NESTED, ITEMS, POSITION -> (text, row, column) -> false;
        };
    }

    private static PlainValue ofWhole(DataType type) {
        if (type.equals(DataTypes.LongType)) {
            return (text, row, column) -> {
                long number = PlainNumber.whole(text);
                if (number != PlainNumber.OTHER) {
                    row.setLong(column, number);
                }
                return number != PlainNumber.OTHER;
            };
        }
        if (type.equals(DataTypes.IntegerType)) {
            return (text, row, column) -> {
                long number = PlainNumber.whole(text);
                if (number == (int) number) {
                    row.setInt(column, (int) number);
                }
                return number == (int) number;
            };
        }
        return (text, row, column) -> false;
    }

    private static PlainValue ofDecimal(int precision, int scale) {
        return (text, row, column) -> {
            Decimal number = PlainNumber.decimal(text, precision, scale);
            if (number != null) {
                row.update(column, number);
            }
            return number != null;
        };
    }

    private static PlainValue ofReal(DataType type) {
        if (!type.equals(DataTypes.DoubleType)) {
            return (text, row, column) -> false;
        }
        return (text, row, column) -> {
            double number = PlainNumber.real(text);
            if (!Double.isNaN(number)) {
                row.setDouble(column, number);
            }
            return !Double.isNaN(number);
        };
    }

    private static boolean bool(byte[] text, SpecificInternalRow row, int column) {
        boolean isTrue = is("true", text);
        boolean isPlain = isTrue || is("false", text);
        if (isPlain) {
            row.setBoolean(column, isTrue);
        }
        return isPlain;
    }

    private static boolean is(String word, byte[] text) {
        boolean same = text.length == word.length();
        for (int at = 0; same && at < text.length; at++) {
            same = text[at] == word.charAt(at);
        }
        return same;
    }

    private static boolean micros(long micros, SpecificInternalRow row, int column) {
        boolean isPlain = JsonConversion.isInBounds(micros);
        if (isPlain) {
            row.setLong(column, micros);
        }
        return isPlain;
    }

    private static boolean day(long day, SpecificInternalRow row, int column) {
        boolean isPlain = JsonConversion.isDayInBounds(day);
        if (isPlain) {
            row.setInt(column, (int) day);
        }
        return isPlain;
    }
}
