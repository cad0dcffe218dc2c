package io.millrace.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Values that break sinks, by the types of columns. */
final class SampleValues {
    /** A zone with clock changes, at 01:00 UTC on 2026-03-29 and on 2026-10-25. */
    static final String ZONE = "Europe/Zurich";

    private static final List<String> TEXTS = List.of(
            "x",
            "thirty-three characters, and more",
            "it's \"quoted\" `three` ways",
            "back\\slash, \\n and \\\\N",
            "null",
            "NULL",
            "\\N",
            "tab\t, line\nand return\r\n.",
            "%s ? $1 {} ; -- /* */",
            "Grüße, Łódź, naïve, 東京, שלום",
            "e\u0301 is not \u00e9");

    private SampleValues() {}

    /** Values that a target of this type holds, unless it has {@code limit}; null for those that every target holds. */
    static List<?> of(DataType type, @Nullable TargetLimit limit) {
        if (type instanceof StringType) {
            return limit == null ? TEXTS : texts(limit);
        }
        if (type instanceof DoubleType) {
            return limit == null
                    ? List.of(0.1, -1 / 3.0, Double.MAX_VALUE, 1e-300, 123456789.12345679, 9.007199254740991e15)
                    : doubles(limit);
        }
        if (type instanceof FloatType) {
            return limit == null
                    ? List.of(0.1f, -1 / 3f, Float.MAX_VALUE, 16777215f)
                    : doubles(limit).stream().map(Double::floatValue).toList();
        }
        if (type instanceof DecimalType decimal) {
            return decimals(decimal, limit);
        }
        if (type instanceof TimestampType) {
            return limit == null ? clockChanges() : instants(limit);
        }
        if (type instanceof TimestampNTZType) {
            return limit == null ? localTimes() : List.of();
        }
        if (type instanceof DateType) {
            return dates(limit);
        }
        return limit == null ? exact(type) : List.of();
    }

    private static List<String> texts(TargetLimit limit) {
        return switch (limit) {
            case TEXT_OF_256_CHARACTERS -> List.of(digits(256));
            case TEXT_OF_70000_CHARACTERS -> List.of(digits(70_000));
            case EMPTY_TEXT -> List.of("");
            case BLANKS_AT_ENDS -> List.of(" leading", "trailing ", "  ", "\ttab\n");
            case EMOJI -> List.of("\ud83d\ude00 is one character", "\ud83d\udc69\u200d\ud83d\udcbb");
            case NUL_CHARACTER -> List.of("before\0after");
            default -> List.of();
        };
    }

    private static String digits(int length) {
        StringBuilder text = new StringBuilder(length);
        IntStream.range(0, length).forEach(index -> text.append((char) ('0' + index % 10)));
        return text.toString();
    }

    private static List<Double> doubles(TargetLimit limit) {
        return switch (limit) {
            case NAN -> List.of(Double.NaN);
            case INFINITY -> List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
            case NEGATIVE_ZERO -> List.of(-0.0);
            default -> List.of();
        };
    }

    private static List<BigDecimal> decimals(DecimalType type, @Nullable TargetLimit limit) {
        BigDecimal unit = BigDecimal.ONE.movePointLeft(type.scale());
        BigDecimal largest =
                new BigDecimal(BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE), type.scale());
        if (limit == null) {
            return List.of(BigDecimal.ZERO, unit, unit.negate());
        }
        return limit == TargetLimit.ALL_DIGITS ? List.of(largest, largest.negate()) : List.of();
    }

    /** Around both clock changes of {@link #ZONE}, with the hour that it has twice. */
    private static List<Instant> clockChanges() {
        return instants(
                "2026-03-29T00:30:00Z",
                "2026-03-29T00:59:59Z",
                "2026-03-29T01:00:00Z",
                "2026-03-29T01:30:00Z",
                "2026-03-29T02:30:00Z",
                "2026-10-24T23:30:00Z",
                "2026-10-25T00:30:00Z",
                "2026-10-25T01:30:00Z",
                "2026-10-25T02:30:00Z",
                "2026-06-30T23:59:59.999Z");
    }

    private static List<Instant> instants(TargetLimit limit) {
        return switch (limit) {
            case MICROSECONDS -> instants("2026-01-01T00:00:00.000001Z", "2026-12-31T23:59:59.999999Z");
            case BEFORE_1970 ->
                instants(
                        "0001-01-03T00:00:00Z",
                        "1582-10-04T12:00:00Z",
                        "1883-11-18T12:00:00Z",
                        "1969-12-31T23:59:59Z",
                        "1970-01-01T00:00:00Z");
            case AFTER_2037 -> instants("2038-01-19T03:14:08Z", "2106-02-07T06:28:16Z", "9999-12-30T12:00:00Z");
            default -> List.of();
        };
    }

    private static List<Instant> instants(String... texts) {
        return Arrays.stream(texts).map(Instant::parse).toList();
    }

    private static List<LocalDateTime> localTimes() {
        return Stream.of("2026-03-29T02:30:00", "2026-10-25T02:30:00", "2026-01-01T00:00:00.123456")
                .map(LocalDateTime::parse)
                .toList();
    }

    private static List<LocalDate> dates(@Nullable TargetLimit limit) {
        Stream<String> texts = limit == null
                ? Stream.of("2024-02-29", "1970-01-02", "2026-03-29", "2026-10-25")
                : switch (limit) {
                    case BEFORE_1970 -> Stream.of("0001-01-03", "1582-10-04", "1900-01-01", "1969-12-31");
                    case AFTER_2037 -> Stream.of("2038-01-20", "9999-12-31");
                    default -> Stream.of();
                };
        return texts.map(LocalDate::parse).toList();
    }

    /** Of types that every target holds whole. */
    private static List<?> exact(DataType type) {
        if (type instanceof LongType) {
            return List.of(Long.MIN_VALUE, -1L, 0L, 1L << 31, (1L << 53) + 1, Long.MAX_VALUE);
        }
        if (type instanceof IntegerType) {
            return List.of(Integer.MIN_VALUE, -1, 0, 32_768, Integer.MAX_VALUE);
        }
        if (type instanceof ShortType) {
            return List.of(Short.MIN_VALUE, (short) -1, (short) 128, Short.MAX_VALUE);
        }
        if (type instanceof ByteType) {
            return List.of(Byte.MIN_VALUE, (byte) -1, Byte.MAX_VALUE);
        }
        if (type instanceof BooleanType) {
            return List.of(true, false);
        }
        return type instanceof BinaryType ? List.of(new byte[0], allBytes()) : List.of();
    }

    private static byte[] allBytes() {
        byte[] bytes = new byte[256];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) index;
        }
        return bytes;
    }

    /** Values of a part of a key: numbers beyond an int and a double, and below zero. Others have no surprises. */
    static List<?> ofKey(DataType type) {
        return type instanceof LongType || type instanceof IntegerType ? exact(type) : List.of();
    }

    /** For each value of a column, the column and that value. */
    static List<Map<String, @Nullable Object>> each(String column, List<?> values) {
        List<Map<String, @Nullable Object>> each = new ArrayList<>();
        values.forEach(value -> each.add(Map.of(column, value)));
        return each;
    }
}
