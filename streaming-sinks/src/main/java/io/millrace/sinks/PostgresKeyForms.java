package io.millrace.sinks;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Which keys Java compares as PostgreSQL does, and in which form. */
final class PostgresKeyForms {
    private PostgresKeyForms() {}

    /** Empty if only the server can tell. */
    static Optional<UnaryOperator<Object>> of(PlannedColumn key) {
        return Optional.of(value -> form(value, key));
    }

    private static Object form(Object value, PlannedColumn key) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof Double number) {
            return number + 0.0; // both zeros are equal
        }
        if (value instanceof Float number) {
            return number + 0.0f;
        }
        if (value instanceof BigDecimal number) {
            return number.stripTrailingZeros();
        }
        if (key.type().name().equals("uuid")) {
            return ((String) value).toLowerCase(Locale.ROOT);
        }
        return value instanceof String text && key.type().ignoresBlanksAtEnd() ? withoutBlanksAtEnd(text) : value;
    }

    /** Blanks alone: a tab or a line break makes another key. */
    private static String withoutBlanksAtEnd(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }
}
