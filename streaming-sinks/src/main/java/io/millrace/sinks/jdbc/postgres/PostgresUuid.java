package io.millrace.sinks.jdbc.postgres;

import java.util.Locale;

/**
 * Parses what PostgreSQL accepts as a UUID: with or without braces, in either case, with or without a dash after any
 * four digits.
 */
final class PostgresUuid {
    private static final int DIGITS = 32;
    private static final int GROUP = 4;

    private PostgresUuid() {}

    /** Returns one text for all spellings of a UUID, and any other text as it is. */
    static String canonical(String text) {
        boolean braces = text.startsWith("{") && text.endsWith("}");
        String plain = braces ? text.substring(1, text.length() - 1) : text;
        StringBuilder digits = new StringBuilder(DIGITS);
        for (int index = 0; index < plain.length(); index++) {
            char each = plain.charAt(index);
            if (isHexadecimal(each)) {
                digits.append(each);
            } else if (each != '-' || !mayFollow(digits.length()) || plain.charAt(index - 1) == '-') {
                return text;
            }
        }
        return digits.length() == DIGITS ? digits.toString().toLowerCase(Locale.ROOT) : text;
    }

    /** Whether the server takes a text as a UUID. */
    static boolean isOne(String text) {
        String canonical = canonical(text);
        return canonical.length() == DIGITS && canonical.chars().allMatch(each -> isHexadecimal((char) each));
    }

    private static boolean mayFollow(int digits) {
        return digits > 0 && digits < DIGITS && digits % GROUP == 0;
    }

    private static boolean isHexadecimal(char each) {
        return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f') || (each >= 'A' && each <= 'F');
    }
}
