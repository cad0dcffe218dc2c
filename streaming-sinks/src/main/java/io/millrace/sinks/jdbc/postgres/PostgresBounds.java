package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The limits of a column's type: the characters of a text, or the digits of a number. The server would refuse such a
 * value as well, but without naming the column.
 *
 * @param first the limit of characters or digits; zero if there is none
 */
record PostgresBounds(int first, int second) implements Serializable {
    private static final Pattern MODIFIER =
            Pattern.compile("(?:numeric|character|character varying)\\((\\d+)(?:,(-?\\d+))?\\).*");

    static PostgresBounds of(ColumnType type) {
        PostgresAssignment assignment = PostgresAssignment.of(type);
        Matcher matcher = MODIFIER.matcher(assignment == null ? type.sql() : assignment.full());
        if (!matcher.matches()) {
            return new PostgresBounds(0, 0);
        }
        return new PostgresBounds(
                Integer.parseInt(matcher.group(1)), matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2)));
    }

    PostgresCodec on(PostgresCodec codec) {
        if (first == 0) {
            return codec;
        }
        PostgresCodec.ValueWriter writer = codec.writer();
        return new PostgresCodec(codec.stagedType(), codec.oid(), (value, out) -> {
            if (value instanceof String text) {
                check(text);
            } else {
                check(value instanceof BigDecimal number ? number : BigDecimal.valueOf(((Number) value).longValue()));
            }
            writer.write(value, out);
        });
    }

    private void check(String text) {
        if (text.length() > first && text.codePointCount(0, endWithoutBlanks(text)) > first) {
            throw new IllegalArgumentException("the text has more than " + first + " characters");
        }
    }

    /** The server cuts trailing blanks, but no other white space. */
    private static int endWithoutBlanks(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return end;
    }

    private void check(BigDecimal number) {
        if (number.setScale(second, RoundingMode.HALF_UP).precision() > first) {
            throw new IllegalArgumentException(
                    "the number has more than " + (first - second) + " digits before the decimal point");
        }
    }
}
