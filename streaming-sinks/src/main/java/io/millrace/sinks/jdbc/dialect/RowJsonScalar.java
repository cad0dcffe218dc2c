package io.millrace.sinks.jdbc.dialect;

import com.fasterxml.jackson.core.JsonToken;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Single values of {@link RowJson}, by the types of their columns. */
public enum RowJsonScalar {
    BYTE(ByteType.class, Token.NUMBER, (type, text) -> Byte.valueOf(text)),
    SHORT(ShortType.class, Token.NUMBER, (type, text) -> Short.valueOf(text)),
    INTEGER(IntegerType.class, Token.NUMBER, (type, text) -> Integer.valueOf(text)),
    LONG(LongType.class, Token.NUMBER, (type, text) -> Long.valueOf(text)),
    DECIMAL(DecimalType.class, Token.NUMBER, RowJsonScalar::decimal),
    FLOAT(FloatType.class, Token.FLOATING, (type, text) -> {
        Float number = Float.valueOf(text);
        checkFinite(number, text);
        return number;
    }),
    DOUBLE(DoubleType.class, Token.FLOATING, (type, text) -> {
        Double number = Double.valueOf(text);
        checkFinite(number, text);
        return number;
    }),
    BOOLEAN(BooleanType.class, Token.BOOLEAN, (type, text) -> Boolean.valueOf(text)),
    STRING(StringType.class, Token.TEXT, (type, text) -> text),
    BINARY(BinaryType.class, Token.TEXT, (type, text) -> Base64.getDecoder().decode(text)),
    DATE(DateType.class, Token.TEXT, (type, text) -> LocalDate.parse(text)),
    TIMESTAMP(TimestampType.class, Token.TEXT, (type, text) -> {
        Instant instant = Instant.parse(text);
        check(instant.equals(instant.truncatedTo(ChronoUnit.MICROS)));
        return instant;
    }),
    TIMESTAMP_NTZ(TimestampNTZType.class, Token.TEXT, (type, text) -> {
        LocalDateTime time = LocalDateTime.parse(text);
        check(time.equals(time.truncatedTo(ChronoUnit.MICROS)));
        return time;
    }),
    DAY_TIME(DayTimeIntervalType.class, Token.TEXT, RowJsonScalar::duration),
    YEAR_MONTH(YearMonthIntervalType.class, Token.TEXT, RowJsonScalar::period);

    /** The last units of an interval from days to seconds, by Spark's numbers of them. */
    private static final List<ChronoUnit> UNITS =
            List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES, ChronoUnit.MICROS);

    private static final List<String> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");

    private final Class<? extends DataType> type;
    private final Token token;

    @SuppressWarnings("ImmutableEnumChecker") // Each is a function without state.
    private final Form form;

    RowJsonScalar(Class<? extends DataType> type, Token token, Form form) {
        this.type = type;
        this.token = token;
        this.form = form;
    }

    /** Whether values of this type can be read, or of the types in it. */
    public static boolean reads(DataType type) {
        if (type instanceof StructType struct) {
            return Arrays.stream(struct.fields()).allMatch(field -> reads(field.dataType()));
        }
        if (type instanceof ArrayType array) {
            return reads(array.elementType());
        }
        return type instanceof MapType map ? reads(map.keyType()) && reads(map.valueType()) : of(type).isPresent();
    }

    static Object read(DataType type, JsonToken token, String text, String what) throws RowJsonException {
        Optional<RowJsonScalar> scalar = of(type);
        try {
            if (scalar.isPresent() && scalar.get().token.is(token, text)) {
                return scalar.get().form.read(type, token == JsonToken.VALUE_STRING ? RowJsonText.read(text) : text);
            }
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            // Its message has the value.
        }
        throw new RowJsonException(what + " is not of type " + type.catalogString());
    }

    private static Optional<RowJsonScalar> of(DataType type) {
        return Arrays.stream(values())
                .filter(scalar -> scalar.type.isInstance(type))
                .findFirst();
    }

    private static BigDecimal decimal(DataType type, String text) {
        DecimalType decimal = (DecimalType) type;
        BigDecimal number = new BigDecimal(text).setScale(decimal.scale());
        check(number.precision() <= decimal.precision());
        return number;
    }

    private static Duration duration(DataType type, String text) {
        Duration duration = Duration.parse(text);
        check(duration.equals(duration.truncatedTo(UNITS.get(((DayTimeIntervalType) type).endField()))));
        return duration;
    }

    private static Period period(DataType type, String text) {
        Period period = Period.parse(text);
        check(period.equals(period.withDays(0)));
        check(((YearMonthIntervalType) type).endField() > 0 || period.toTotalMonths() % 12 == 0);
        return period;
    }

    private static void check(boolean isOfType) {
        if (!isOfType) {
            throw new ArithmeticException();
        }
    }

    private static void checkFinite(Number number, String text) {
        check(Double.isFinite(number.doubleValue()) || NOT_FINITE.contains(text));
    }

    /** What stands for a value in JSON. */
    private enum Token {
        NUMBER,
        FLOATING,
        BOOLEAN,
        TEXT;

        boolean is(JsonToken token, String text) {
            return switch (this) {
                case NUMBER -> token.isNumeric();
                case FLOATING -> token.isNumeric() || NOT_FINITE.contains(text);
                case BOOLEAN -> token.isBoolean();
                case TEXT -> token == JsonToken.VALUE_STRING;
            };
        }
    }

    /** Reads a value of a type, or throws if it is not one. */
    private interface Form {
        Object read(DataType type, String text);
    }
}
