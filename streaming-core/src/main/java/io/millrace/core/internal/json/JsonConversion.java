package io.millrace.core.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.core.internal.spark.SparkLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Converts the text of a field to a value of its type, in Spark's internal form: a text in plain form by
 * {@link PlainValue}, any other by {@link #value}, which gives the same for both.
 */
final class JsonConversion {
    /** Far longer than any time, whatever the name of its zone. */
    private static final int LONGEST_TIME = 200;

    private static final UTF8String NULL = UTF8String.fromString("null");

    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final long FIRST_MICROS = FIRST_DAY * 86_400_000_000L;
    private static final long LAST_MICROS = (LAST_DAY + 1) * 86_400_000_000L - 1;

    private final JsonType type;
    private final ZoneId zone;
    private final PlainValue plain;
    private final Expression cast;
    private final @Nullable JsonPart part;

    /** {@code zone} is the time zone of texts without one. */
    JsonConversion(JsonType type, ZoneId zone) {
        this.type = type;
        this.zone = zone;
        plain = PlainValue.of(type, zone);
        Expression text = new BoundReference(0, DataTypes.StringType, true);
        cast = new Cast(text, type.column(), Option.empty(), EvalMode.LEGACY());
        part = type.kind() == JsonType.Kind.NESTED ? JsonPart.of(type.column(), zone) : null;
    }

    /** {@code type} as Spark reads it from a document, of which any part may be missing. */
    static DataType nullable(DataType type) {
        return type.asNullable();
    }

    /** Whether the text that is converted is JSON, so that a string is in quotes. */
    boolean isOfJson() {
        return type.numbers().isPart();
    }

    /** Sets {@code column} of {@code row} to the value of {@code text}; false, and NULL, if it does not convert. */
    boolean set(byte[] text, SpecificInternalRow row, int column) {
        if (plain.set(text, row, column)) {
            return true;
        }
        UTF8String other = UTF8String.fromBytes(text);
        boolean isNull = isOfJson() && other.equals(NULL);
        Object value = isNull ? null : value(other);
        row.update(column, value);
        return isNull || value != null;
    }

    /** NULL if {@code text} does not convert. */
    @Nullable Object value(UTF8String text) {
        return switch (type.kind()) {
            case TEXT -> text;
            case WHOLE -> whole(text.toString());
            case DECIMAL -> JsonNumber.decimal(text.toString(), type.precision(), type.scale());
            case DOUBLE -> nearest(text);
            case BOOL -> cast.eval(row(text));
            case VARIANT -> SparkLine.variantOf(text.toString());
            case NESTED -> nested(text);
            case ITEMS, POSITION -> throw new AssertionError(type); // JsonItems reads these.
            case TIMESTAMP -> isDateFirst(text) ? timestamp(text) : null;
            case DATE -> isDateFirst(text) ? date(text) : null;
            case EPOCH_SECONDS -> inBounds(JsonNumber.shifted(text.toString(), 6));
            case EPOCH_MILLIS -> inBounds(JsonNumber.shifted(text.toString(), 3));
            case EPOCH_MICROS -> inBounds(JsonNumber.shifted(text.toString(), 0));
        };
    }

    private @Nullable Object nested(UTF8String json) {
        try (JsonParser parser = JsonSyntax.FACTORY.createParser(json.toString())) {
            parser.nextToken();
            return Objects.requireNonNull(part).value(parser);
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Object whole(String text) {
        Long number = JsonNumber.whole(text);
        if (number == null || type.column().equals(DataTypes.LongType)) {
            return number;
        }
        if (type.column().equals(DataTypes.IntegerType)) {
            return number == number.intValue() ? Integer.valueOf(number.intValue()) : null;
        }
        if (type.column().equals(DataTypes.ShortType)) {
            return number == number.shortValue() ? Short.valueOf(number.shortValue()) : null;
        }
        return number == number.byteValue() ? Byte.valueOf(number.byteValue()) : null;
    }

    /** A number beyond the doubles, or floats, does not convert, instead of becoming infinite. */
    private @Nullable Object nearest(UTF8String text) {
        Object value = cast.eval(row(text));
        boolean isInfinite = value instanceof Number number && Double.isInfinite(number.doubleValue());
        return isInfinite && text.toString().chars().anyMatch(Character::isDigit) ? null : value;
    }

    private @Nullable Long timestamp(UTF8String text) {
        Option<Object> micros = type.column().equals(DataTypes.TimestampNTZType)
                ? DateTimeUtils.stringToTimestampWithoutTimeZone(text, false)
                : DateTimeUtils.stringToTimestamp(text, zone);
        return micros.isEmpty() ? null : inBounds((Long) micros.get());
    }

    /** A time of day after the date is dropped, but has to be valid. */
    private @Nullable Integer date(UTF8String text) {
        Option<Object> found = DateTimeUtils.stringToDate(text);
        if (found.isEmpty() || DateTimeUtils.stringToTimestamp(text, zone).isEmpty()) {
            return null;
        }
        int days = (Integer) found.get();
        return isDayInBounds(days) ? days : null;
    }

    /**
     * Whether {@code text} starts with year, month and day: Spark would take a number for a year, and a time of day for
     * one of the day on which it runs.
     */
    private static boolean isDateFirst(UTF8String text) {
        if (text.numBytes() > LONGEST_TIME) {
            return false;
        }
        String time = text.toString().strip();
        int month = digits(time, 0) == 4 ? 5 : -1;
        int day = month > 0 && isDash(time, 4) ? month + digits(time, month) + 1 : -1;
        return day > month + 1 && isDash(time, day - 1) && digits(time, day) > 0;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }

    private static boolean isDash(String text, int at) {
        return at < text.length() && text.charAt(at) == '-';
    }

    private static @Nullable Long inBounds(@Nullable Long micros) {
        return micros == null || !isInBounds(micros) ? null : micros;
    }

    /** Whether {@code micros} are in the years that databases share. */
    static boolean isInBounds(long micros) {
        return micros >= FIRST_MICROS && micros <= LAST_MICROS;
    }

    static boolean isDayInBounds(long day) {
        return day >= FIRST_DAY && day <= LAST_DAY;
    }

    private static InternalRow row(UTF8String text) {
        return new GenericInternalRow(new Object[] {text});
    }
}
