package io.millrace.testkit;

import io.millrace.core.internal.spark.ScalaCollections;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Values and rows as text for messages: short, times as a test writes them, a window as {@code 00:00-00:10}. */
final class RowText {
    private static final int LONGEST_VALUE = 60;

    /** How much is shown before the first difference of two long values. */
    private static final int CONTEXT = 20;

    private RowText() {}

    static String value(@Nullable Object value) {
        return cut(full(value));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE - 3) + "...";
    }

    /** {@code value}, which is not equal to {@code other}, with what differs. */
    static String differing(@Nullable Object value, @Nullable Object other) {
        String text = full(value);
        String otherText = full(other);
        if (text.equals(otherText)) {
            return cut(text) + " (" + (value == null ? "NULL" : value.getClass().getSimpleName()) + ")";
        }
        if (!cut(text).equals(cut(otherText))) {
            return cut(text);
        }
        int same = Arrays.mismatch(text.toCharArray(), otherText.toCharArray());
        return cut("..." + text.substring(same - CONTEXT));
    }

    static List<String> cells(Row row) {
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < row.length(); column++) {
            cells.add(value(row.get(column)));
        }
        return cells;
    }

    static String row(Row row) {
        return "(" + String.join(", ", cells(row)) + ")";
    }

    private static String full(@Nullable Object value) {
        if (value instanceof Timestamp timestamp) {
            return Times.text(timestamp.toInstant());
        }
        if (value instanceof Instant instant) {
            return Times.text(instant);
        }
        if (value instanceof byte[] bytes) {
            return bytes(bytes);
        }
        if (value instanceof Row row) {
            return isWindow(row) ? value(row.get(0)) + "-" + value(row.get(1)) : row(row);
        }
        if (value instanceof scala.collection.Seq<?> seq) {
            return list(ScalaCollections.list(seq));
        }
        if (value instanceof scala.collection.Map<?, ?> map) {
            return map(ScalaCollections.map(map));
        }
        if (value instanceof Iterable<?> list) {
            return list(list);
        }
        return value instanceof Map<?, ?> map ? map(map) : escaped(String.valueOf(value));
    }

    private static boolean isWindow(Row row) {
        return row.length() == 2 && isTime(row.get(0)) && isTime(row.get(1));
    }

    private static boolean isTime(@Nullable Object value) {
        return value instanceof Timestamp || value instanceof Instant;
    }

    private static String bytes(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean readable = escaped(text).chars().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD');
        return readable ? escaped(text) : "0x" + HexFormat.of().formatHex(bytes);
    }

    private static String escaped(String text) {
        return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    }

    private static String list(Iterable<?> values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value(value)));
        return "[" + String.join(", ", texts) + "]";
    }

    private static String map(Map<?, ?> map) {
        List<String> texts = new ArrayList<>();
        map.forEach((key, value) -> texts.add(value(key) + "=" + value(value)));
        return "{" + String.join(", ", texts) + "}";
    }
}
