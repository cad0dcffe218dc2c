package io.millrace.testkit;

import io.millrace.core.internal.spark.ScalaCollections;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Values and rows as text for messages: short, times as a test writes them, a window as {@code 00:00-00:10}. */
final class RowText {
    private static final int LONGEST_VALUE = 60;

    /** How much is shown before the first difference of two long values. */
    private static final int CONTEXT = 20;

    private static final Pattern HEXADECIMAL = Pattern.compile("0x([0-9a-f]{2})*");
    private static final Pattern SEPARATORS = Pattern.compile("[,=()\\[\\]{}\"]");

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

    /** The rows, each on a line and whole; sorted unless {@code inOrder}, so that those that are equal meet. */
    static String lines(List<Row> rows, boolean inOrder) {
        Stream<String> lines = rows.stream().map(RowText::struct);
        return (inOrder ? lines : lines.sorted()).collect(Collectors.joining("\n"));
    }

    private static String full(@Nullable Object value) {
        if (value instanceof Timestamp timestamp) {
            return time(timestamp);
        }
        if (value instanceof Instant instant) {
            return Times.text(instant);
        }
        if (value instanceof byte[] bytes) {
            return bytes(bytes);
        }
        if (value instanceof Row row) {
            return isWindow(row) ? full(row.get(0)) + "-" + full(row.get(1)) : struct(row);
        }
        if (value instanceof scala.collection.Seq<?> seq) {
            return list(ScalaCollections.list(seq));
        }
        if (value instanceof scala.collection.Map<?, ?> map) {
            return map(ScalaCollections.map(map));
        }
        if (value instanceof Collection<?> list) {
            return list(list);
        }
        if (value != null && value.getClass().isArray()) {
            return list(Values.elements(value));
        }
        return value instanceof Map<?, ?> map ? map(map) : scalar(value);
    }

    private static String time(Timestamp timestamp) {
        try {
            return Times.text(SparkRowInternals.instant(timestamp));
        } catch (ArithmeticException e) { // It is out of Spark's range.
            return timestamp.toString();
        }
    }

    private static String scalar(@Nullable Object value) {
        return value instanceof String text ? text(text) : String.valueOf(value);
    }

    private static boolean isWindow(Row row) {
        return row.length() == 2 && isTime(row.get(0)) && isTime(row.get(1));
    }

    private static boolean isTime(@Nullable Object value) {
        return value instanceof Timestamp || value instanceof Instant;
    }

    private static String bytes(byte[] bytes) {
        String readable = readable(bytes);
        return readable == null ? "0x" + HexFormat.of().formatHex(bytes) : text(readable);
    }

    /** The text that {@code bytes} are; null if they are none. */
    private static @Nullable String readable(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean isReadable =
                text.chars().noneMatch(c -> c == '\uFFFD' || (Character.isISOControl(c) && "\n\r\t".indexOf(c) < 0));
        return isReadable ? text : null;
    }

    /** In quotes if it would not be seen, or read as another value: an empty text, blanks at its ends, "null". */
    private static String text(String text) {
        String shown = text.codePoints().mapToObj(RowText::escaped).collect(Collectors.joining());
        return isPlain(text) ? shown : '"' + shown + '"';
    }

    private static boolean isPlain(String text) {
        return !text.isEmpty()
                && text.equals(text.strip())
                && !text.equals("null")
                && text.charAt(0) != '"'
                && !HEXADECIMAL.matcher(text).matches();
    }

    /** A part of a longer value, in quotes if it would read as several parts. */
    private static String part(@Nullable Object value) {
        String shown = full(value);
        String text = value instanceof String plain ? plain : value instanceof byte[] bytes ? readable(bytes) : null;
        if (text == null || !SEPARATORS.matcher(shown).find()) {
            return shown;
        }
        return text.codePoints()
                .mapToObj(character -> character == '"' ? "\\\"" : escaped(character))
                .collect(Collectors.joining("", "\"", "\""));
    }

    private static String escaped(int character) {
        return switch (character) {
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                isInvisible(character)
                        ? Character.toString(character)
                                .chars()
                                .mapToObj("\\u%04x"::formatted)
                                .collect(Collectors.joining())
                        : Character.toString(character);
        };
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            case Character.SPACE_SEPARATOR -> character != ' ';
            default -> false;
        };
    }

    private static String struct(Row row) {
        return IntStream.range(0, row.length())
                .mapToObj(column -> part(row.get(column)))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String list(Iterable<?> values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(part(value)));
        return "[" + String.join(", ", texts) + "]";
    }

    private static String map(Map<?, ?> map) {
        List<String> texts = new ArrayList<>();
        map.forEach((key, value) -> texts.add(part(key) + "=" + part(value)));
        return "{" + String.join(", ", texts) + "}";
    }
}
