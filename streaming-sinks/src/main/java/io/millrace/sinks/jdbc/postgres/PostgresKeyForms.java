package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.SparkTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.types.StringType;

/**
 * Defines which keys Java compares as PostgreSQL does after it has assigned them to their column, and in which form.
 * The server compares keys of all other types.
 */
final class PostgresKeyForms {
    /** As in the server's {@code numeric}: the offset of a modifier, and the bits of its scale. */
    private static final int MODIFIER_OFFSET = 4;

    private static final int SCALE_BITS = 0x7ff;
    private static final int SCALE_SIGN = 0x400;

    /** Microseconds in the last digit of a time, by the number of its digits. */
    private static final long[] TICKS = {1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};

    /** Java's own equality is that of the server. */
    private static final UnaryOperator<Object> ITSELF = UnaryOperator.identity();

    private static final Map<String, UnaryOperator<Object>> UNMODIFIED = Map.ofEntries(
            Map.entry("int2", ITSELF),
            Map.entry("int4", ITSELF),
            Map.entry("int8", ITSELF),
            Map.entry("bool", ITSELF),
            Map.entry("float4", PostgresKeyForms::number),
            Map.entry("float8", PostgresKeyForms::number),
            Map.entry("numeric", value -> decimal(value).stripTrailingZeros()),
            Map.entry("bytea", value -> ByteBuffer.wrap((byte[]) value)),
            Map.entry("date", SparkTime::days),
            Map.entry("timestamp", SparkTime::micros),
            Map.entry("timestamptz", SparkTime::micros),
            Map.entry("interval", PostgresKeyForms::interval),
            Map.entry("uuid", value -> PostgresUuid.canonical((String) value)),
            Map.entry("text", ITSELF),
            Map.entry("varchar", ITSELF),
            Map.entry("bpchar", value -> withoutBlanksAtEnd((String) value, 0)));

    /** Types whose values have several spellings as text, which only the server can parse. */
    private static final Set<String> NOT_FROM_TEXT = Set.of("interval");

    private PostgresKeyForms() {}

    /** The form; empty if only the server can compare the keys. */
    static Optional<UnaryOperator<Object>> of(PlannedColumn key) {
        PostgresKeyComparison comparison = PostgresKeyComparison.of(key);
        ColumnType type = key.type();
        boolean plain = (comparison == null || comparison.isPlain()) && type.element() == null;
        if (!plain || (NOT_FROM_TEXT.contains(type.name()) && key.stream() instanceof StringType)) {
            return Optional.empty();
        }
        PostgresAssignment assignment = PostgresAssignment.of(type);
        return assignment == null || !assignment.isModified()
                ? Optional.ofNullable(UNMODIFIED.get(type.name()))
                : modified(type.name(), assignment.modifier());
    }

    /** Whether the table may hold equal keys with different spellings. */
    static boolean hasSpellings(PlannedColumn key) {
        return of(key).isEmpty()
                || switch (key.type().name()) {
                    case "float4", "float8" -> true;
                    case "bpchar" -> !PostgresAssignment.isModified(key.type());
                    default -> false;
                };
    }

    /** Whether different versions may become equal when they are assigned. */
    static boolean rounds(ColumnType column) {
        PostgresAssignment assignment = PostgresAssignment.of(column);
        if (assignment == null || !assignment.isModified()) {
            return false;
        }
        return switch (column.name()) {
            case "numeric" -> scale(assignment.modifier()) < 0; // versions are whole numbers
            case "timestamp", "timestamptz" -> assignment.modifier() < TICKS.length - 1;
            default -> false;
        };
    }

    private static Optional<UnaryOperator<Object>> modified(String type, int modifier) {
        return switch (type) {
            case "numeric" -> Optional.of(value -> rounded(decimal(value), scale(modifier)));
            case "timestamp", "timestamptz" -> Optional.of(value -> rounded(SparkTime.micros(value), modifier));
            case "varchar" -> Optional.of(value -> withoutBlanksAtEnd((String) value, modifier - MODIFIER_OFFSET));
            case "bpchar" -> Optional.of(value -> withoutBlanksAtEnd((String) value, 0));
            default -> Optional.empty();
        };
    }

    /** Both zeros are equal, and so are all NaNs. */
    private static Object number(Object value) {
        return value instanceof Float number ? (Object) (number + 0.0f) : (Object) ((Double) value + 0.0);
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(((Number) value).longValue());
    }

    private static BigDecimal rounded(BigDecimal value, int scale) {
        return value.setScale(scale, RoundingMode.HALF_UP).stripTrailingZeros();
    }

    private static int scale(int modifier) {
        int scale = (modifier - MODIFIER_OFFSET) & SCALE_BITS;
        return (scale ^ SCALE_SIGN) - SCALE_SIGN;
    }

    /** Rounds halves away from the beginning of 2000, from which the server counts. */
    private static long rounded(long micros, int digits) {
        long tick = TICKS[Math.min(digits, TICKS.length - 1)];
        long ticks = (Math.abs(micros) + tick / 2) / tick;
        return Long.signum(micros) * ticks * tick;
    }

    private static Object interval(Object value) {
        return value instanceof Duration time
                ? (Object) SparkTime.micros(time)
                : (Object) ((Period) value).toTotalMonths();
    }

    /** Cuts trailing blanks beyond a number of characters. Only blanks: a tab or a line break makes another key. */
    private static String withoutBlanksAtEnd(String text, int room) {
        if (!text.endsWith(" ")) {
            return text;
        }
        int least = text.length() - Math.max(0, text.codePointCount(0, text.length()) - room);
        int end = text.length();
        while (end > least && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }
}
