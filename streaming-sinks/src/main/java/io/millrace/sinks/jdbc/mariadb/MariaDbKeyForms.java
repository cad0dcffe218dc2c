package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.SparkTime;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Defines which keys Java compares as MariaDB does, and in which form: that of the value that the column then holds. A
 * fuzz test compares each of them with the server.
 */
final class MariaDbKeyForms {
    /** Collations that distinguish all characters, except for trailing blanks; other character sets may merge some. */
    private static final Set<String> LETTER_FOR_LETTER =
            Set.of("utf8mb4_bin", "utf8mb3_bin", "utf8_bin", "latin1_bin", "ascii_bin");

    private MariaDbKeyForms() {}

    /** The form; empty if only the server can compare the keys. */
    static Optional<UnaryOperator<Object>> of(ColumnType type) {
        return switch (type.name()) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "bit" -> Optional.of(value -> value);
            case "decimal" -> Optional.of(number(MariaDbTypes.scale(type)));
            case "float", "double" -> form(MariaDbKeyForms::zero, !MariaDbTypes.rounds(type));
            case "date" -> Optional.of(SparkTime::days);
            case "timestamp", "datetime" -> Optional.of(moment(MariaDbTypes.fraction(type)));
            case "char", "varchar" -> text(type);
            case "binary", "varbinary" -> Optional.of(value -> ByteBuffer.wrap((byte[]) value));
            case "uuid" -> Optional.of(MariaDbKeyForms::uuid);
            default -> Optional.empty(); // enum, set, inet4, inet6, texts without a length
        };
    }

    private static Optional<UnaryOperator<Object>> text(ColumnType type) {
        return MariaDbTypes.distinguishesBlanks(type)
                ? Optional.of(MariaDbTypes.cut(type))
                : form(
                        value -> MariaDbTypes.withoutBlanksAtEnd((String) value),
                        LETTER_FOR_LETTER.contains(String.valueOf(type.collation())));
    }

    private static Optional<UnaryOperator<Object>> form(UnaryOperator<Object> form, boolean exact) {
        return exact ? Optional.of(form) : Optional.empty();
    }

    private static UnaryOperator<Object> number(int scale) {
        return value -> value instanceof BigDecimal number
                ? MariaDbTypes.rounded(number, scale).stripTrailingZeros()
                : value;
    }

    /** Both zeros are equal. */
    private static Object zero(Object value) {
        return value instanceof Float number ? (Object) (number + 0.0f) : (Object) ((Double) value + 0.0);
    }

    private static UnaryOperator<Object> moment(int digits) {
        long step = MariaDbTypes.step(digits);
        return value -> Math.floorDiv(SparkTime.micros(value), step);
    }

    /** Hexadecimal digits are read in either case, and dashes between them are ignored. */
    private static Object uuid(Object value) {
        return ((String) value).replace("-", "").toLowerCase(Locale.ROOT);
    }
}
