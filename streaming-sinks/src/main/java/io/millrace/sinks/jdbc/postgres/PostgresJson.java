package io.millrace.sinks.jdbc.postgres;

/**
 * Recognizes JSON (RFC 8259) that PostgreSQL certainly accepts as jsonb, whatever its settings. Only the server can
 * decide about texts with escaped code points, since it does not support NUL, halves of surrogate pairs and characters
 * that its encoding lacks, and about texts with long numbers, deep nesting or more than a million characters.
 */
final class PostgresJson {
    private static final int LONGEST = 1 << 20;
    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 100;
    private static final int LONGEST_EXPONENT = 3;

    /** A character that is never part of JSON; it marks the end of the text. */
    private static final char END = '\0';

    private final String text;
    private int at;

    private PostgresJson(String text) {
        this.text = text;
    }

    static boolean isSure(String text) {
        if (text.length() > LONGEST) {
            return false;
        }
        PostgresJson json = new PostgresJson(text);
        return json.value(0) && json.next() == END && json.at == text.length();
    }

    private boolean value(int depth) {
        return switch (next()) {
            case '{' -> depth < DEEPEST && members(depth + 1);
            case '[' -> depth < DEEPEST && elements(depth + 1);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean members(int depth) {
        at++;
        if (next() == '}') {
            at++;
            return true;
        }
        do {
            if (next() != '"' || !string() || next() != ':') {
                return false;
            }
            at++;
            if (!value(depth)) {
                return false;
            }
        } while (took(','));
        return took('}');
    }

    private boolean elements(int depth) {
        at++;
        if (next() == ']') {
            at++;
            return true;
        }
        do {
            if (!value(depth)) {
                return false;
            }
        } while (took(','));
        return took(']');
    }

    private boolean took(char expected) {
        if (next() != expected) {
            return false;
        }
        at++;
        return true;
    }

    private boolean string() {
        for (at++; ; at++) {
            char character = peek();
            if (character == '"') {
                at++;
                return true;
            }
            if (character < ' ') {
                return false;
            }
            if (character == '\\') {
                at++;
                if ("\"\\/bfnrt".indexOf(peek()) < 0) {
                    return false;
                }
            }
        }
    }

    private boolean word(String word) {
        boolean is = text.startsWith(word, at);
        at += word.length();
        return is;
    }

    private boolean number() {
        int first = at;
        at += peek() == '-' ? 1 : 0;
        boolean zero = peek() == '0';
        int whole = digits();
        if (whole == 0 || (zero && whole > 1)) {
            return false;
        }
        if (peek() == '.') {
            at++;
            if (digits() == 0) {
                return false;
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            at += peek() == '+' || peek() == '-' ? 1 : 0;
            int exponent = digits();
            if (exponent == 0 || exponent > LONGEST_EXPONENT) {
                return false;
            }
        }
        return at - first <= LONGEST_NUMBER;
    }

    private int digits() {
        int first = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        return at - first;
    }

    /** Returns the next character that is not white space. */
    private char next() {
        while (true) {
            char character = peek();
            if (character != ' ' && character != '\n' && character != '\r' && character != '\t') {
                return character;
            }
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : END;
    }
}
