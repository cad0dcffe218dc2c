package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses types as MariaDB's catalog writes them, and converts values like a column of such a type. */
final class MariaDbTypes {
    private static final Pattern SCALE = Pattern.compile("\\(\\d+,(\\d+)\\)");
    private static final Pattern LENGTH = Pattern.compile("\\((\\d+)\\)");
    private static final Pattern LABEL = Pattern.compile("'((?:[^']|'')*)'");
    private static final int MOST_DIGITS = 6;

    private MariaDbTypes() {}

    /** The digits of {@code decimal(10,2)} after the decimal point. */
    static int scale(ColumnType type) {
        return number(SCALE, type);
    }

    /** The digits of a second in {@code datetime(3)}. */
    static int fraction(ColumnType type) {
        return number(LENGTH, type);
    }

    /** Whether texts of the column are equal only if all their characters are, trailing blanks included. */
    static boolean distinguishesBlanks(ColumnType type) {
        return type.name().equals("varchar") && "utf8mb4_nopad_bin".equals(type.collation());
    }

    /** Cuts a text as the server does: blanks at the end for which {@code varchar(20)} has no room. */
    static UnaryOperator<Object> cut(ColumnType type) {
        int room = number(LENGTH, type);
        return value -> withoutBlanksAtEnd((String) value, room);
    }

    /** Whether a float or a double rounds to digits, as {@code float(10,2)} does. */
    static boolean rounds(ColumnType type) {
        return SCALE.matcher(type.sql()).find();
    }

    /** The names of an enum or a set. */
    static List<String> labels(ColumnType type) {
        return LABEL.matcher(type.sql())
                .results()
                .map(label -> label.group(1).replace("''", "'"))
                .toList();
    }

    private static int number(Pattern pattern, ColumnType type) {
        Matcher found = pattern.matcher(type.sql());
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    /** Rounds like a decimal column: half away from zero. */
    static BigDecimal rounded(BigDecimal number, int scale) {
        return number.scale() > scale ? number.setScale(scale, RoundingMode.HALF_UP) : number;
    }

    /** The microseconds in the last digit of a second, by the number of its digits; smaller fractions are truncated. */
    static long step(int digits) {
        return BigDecimal.TEN.pow(MOST_DIGITS - digits).longValueExact();
    }

    /** Cuts only blanks: a tab or a line break makes another text. */
    static String withoutBlanksAtEnd(String text) {
        return withoutBlanksAfter(text, 0);
    }

    private static String withoutBlanksAtEnd(String text, int room) {
        int characters = text.codePointCount(0, text.length());
        return characters <= room ? text : withoutBlanksAfter(text, text.offsetByCodePoints(0, room));
    }

    private static String withoutBlanksAfter(String text, int least) {
        int end = text.length();
        while (end > least && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }
}
