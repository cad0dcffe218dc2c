package io.millrace.core.internal.json;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JsonToStructs;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.immutable.Map;

/** Converts the text of a field to a value of its type, in Spark's internal form. */
final class JsonConversion {
    /** Far longer than any time, whatever the name of its zone. */
    private static final int LONGEST_TIME = 200;

    private static final long FIRST_MICROS = micros("0001-01-01T00:00:00Z");
    private static final long LAST_MICROS = micros("9999-12-31T23:59:59.999999Z");
    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

    private final JsonType type;
    private final ZoneId zone;
    private final Expression conversion;

    /** {@code zone} is the time zone of texts without one. */
    JsonConversion(JsonType type, ZoneId zone) {
        this.type = type;
        this.zone = zone;
        Expression text = new BoundReference(0, DataTypes.StringType, true);
        conversion = type.kind() == JsonType.Kind.NESTED
                ? fromJson(type.column(), text, zone)
                : new Cast(text, type.column(), Option.empty(), EvalMode.LEGACY());
    }

    /** Whether a document can hold values of {@code type}, an array, a struct or a map. */
    static boolean isOfJson(DataType type) {
        JsonToStructs conversion = fromJson(type, new BoundReference(0, DataTypes.StringType, true), ZoneOffset.UTC);
        try {
            return conversion.checkInputDataTypes().isSuccess() && conversion.parser() != null;
        } catch (Exception e) { // Scala does not declare what Spark throws for a type that it does not read.
            return false;
        }
    }

    /** {@code type} as Spark reads it from a document, of which any part may be missing. */
    static DataType nullable(DataType type) {
        return type.asNullable();
    }

    /** Spark's own conversion, which fails instead of leaving out what does not convert. */
    private static JsonToStructs fromJson(DataType type, Expression text, ZoneId zone) {
        return new JsonToStructs(type, new Map.Map1<>("mode", "FAILFAST"), text, Option.apply(zone.getId()));
    }

    /** NULL if {@code text} does not convert. */
    @Nullable Object value(UTF8String text) {
        return switch (type.kind()) {
            case TEXT -> text;
            case WHOLE -> whole(text.toString());
            case DECIMAL -> JsonNumber.decimal(text.toString(), type.precision(), type.scale());
            case DOUBLE -> nearestDouble(text);
            case BOOL -> conversion.eval(row(text));
            case NESTED -> nested(text);
            case TIMESTAMP -> isDateFirst(text) ? timestamp(text) : null;
            case DATE -> isDateFirst(text) ? date(text) : null;
            case EPOCH_SECONDS -> inBounds(JsonNumber.shifted(text.toString(), 6));
            case EPOCH_MILLIS -> inBounds(JsonNumber.shifted(text.toString(), 3));
            case EPOCH_MICROS -> inBounds(JsonNumber.shifted(text.toString(), 0));
        };
    }

    private @Nullable Object nested(UTF8String text) {
        try {
            return conversion.eval(row(text));
        } catch (Exception e) { // Scala does not declare SparkException.
            return null;
        }
    }

    private @Nullable Object whole(String text) {
        Long number = JsonNumber.whole(text);
        if (number == null || type.column().equals(DataTypes.LongType)) {
            return number;
        }
        return number == number.intValue() ? Integer.valueOf(number.intValue()) : null;
    }

    /** A number beyond the doubles does not convert, instead of becoming infinite. */
    private @Nullable Object nearestDouble(UTF8String text) {
        Double value = (Double) conversion.eval(row(text));
        boolean isOverflow = value != null && value.isInfinite() && JsonNumber.parse(text.toString()) != null;
        return isOverflow ? null : value;
    }

    private @Nullable Long timestamp(UTF8String text) {
        Option<Object> micros = DateTimeUtils.stringToTimestamp(text, zone);
        return micros.isEmpty() ? null : inBounds((Long) micros.get());
    }

    /** A time of day after the date is dropped, but has to be valid. */
    private @Nullable Integer date(UTF8String text) {
        Option<Object> found = DateTimeUtils.stringToDate(text);
        if (found.isEmpty() || DateTimeUtils.stringToTimestamp(text, zone).isEmpty()) {
            return null;
        }
        int days = (Integer) found.get();
        return days < FIRST_DAY || days > LAST_DAY ? null : days;
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
        return micros == null || micros < FIRST_MICROS || micros > LAST_MICROS ? null : micros;
    }

    private static long micros(String instant) {
        Instant time = Instant.parse(instant);
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    private static InternalRow row(UTF8String text) {
        return new GenericInternalRow(new Object[] {text});
    }
}
