package io.millrace.core.internal.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Skips plain JSON, eight bytes at a time where it can: each method returns the position after what it skips, or
 * {@link #NOT_PLAIN} if that is not JSON, or is JSON of a rare kind that is left to Jackson: single quotes, escapes in
 * the name of a wanted place, very long names and numbers, depth. Bytes are {@link #padded}, so that no method has to
 * look for the end of the document: the padding ends every string and is never what is expected after it.
 */
final class JsonBytes {
    static final int NOT_PLAIN = -1;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = '"' * EACH;
    private static final long BACKSLASHES = '\\' * EACH;
    private static final long ZEROS = '0' * EACH;
    private static final long OVER_NINE = (0x7F - 9) * EACH;
    private static final long SPACES = ' ' * EACH;
    private static final int NULL = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;
    private static final int TRUE = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
    private static final int FALSE = 'f' | 'a' << 8 | 'l' << 16 | 's' << 24;
    private static final int PADDING = 32;
    /** The Jackson of Spark 4 refuses names of more than 50,000 characters and numbers of more than 1,000. */
    private static final int LONGEST = 500;

    private JsonBytes() {}

    /** {@code document} followed by quotes; in {@code buffer} if that is large enough. */
    static byte[] padded(byte[] document, byte[] buffer) {
        int end = document.length + PADDING;
        byte[] padded = buffer.length >= end ? buffer : new byte[end + document.length / 2];
        System.arraycopy(document, 0, padded, 0, document.length);
        Arrays.fill(padded, document.length, end, (byte) '"');
        return padded;
    }

    /** The eight bytes from {@code at} on, the first in the lowest bits. */
    static long eight(byte[] bytes, int at) {
        return (long) EIGHT_BYTES.get(bytes, at);
    }

    static int afterSpace(byte[] bytes, int from) {
        return bytes[from] > ' ' ? from : afterSpaces(bytes, from);
    }

    private static int afterSpaces(byte[] bytes, int from) {
        int at = from;
        while (true) {
            byte here = bytes[at];
            if (here == ' ' && eight(bytes, at) == SPACES) {
                at += Long.BYTES;
            } else if (here == ' ' || here == '\n' || here == '\r' || here == '\t') {
                at++;
            } else {
                return at;
            }
        }
    }

    /** Containers may be {@code depth} deep. */
    static int afterValue(byte[] bytes, int at, int depth) {
        if (bytes[at] == '"') {
            return afterString(bytes, at + 1);
        }
        return switch (bytes[at]) {
            case '{' -> depth == 0 ? NOT_PLAIN : afterMembers(bytes, at + 1, depth - 1);
            case '[' -> depth == 0 ? NOT_PLAIN : afterElements(bytes, at + 1, depth - 1);
            case 't' -> four(bytes, at) == TRUE ? at + 4 : NOT_PLAIN;
            case 'n' -> four(bytes, at) == NULL ? at + 4 : NOT_PLAIN;
            case 'f' -> four(bytes, at) == FALSE && bytes[at + 4] == 'e' ? at + 5 : NOT_PLAIN;
            default -> afterNumber(bytes, at);
        };
    }

    private static int four(byte[] bytes, int at) {
        return (int) FOUR_BYTES.get(bytes, at);
    }

    private static int afterMembers(byte[] bytes, int from, int depth) {
        int at = afterSpace(bytes, from);
        if (bytes[at] == '}') {
            return at + 1;
        }
        while (true) {
            int name = at;
            at = bytes[at] == '"' ? afterString(bytes, at + 1) : NOT_PLAIN;
            if (at == NOT_PLAIN || at - name > LONGEST) {
                return NOT_PLAIN;
            }
            at = afterColon(bytes, at);
            if (at == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            at = afterValue(bytes, at, depth);
            if (at == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            at = afterSpace(bytes, at);
            if (bytes[at] != ',') {
                return bytes[at] == '}' ? at + 1 : NOT_PLAIN;
            }
            at = afterSpace(bytes, at + 1);
        }
    }

    private static int afterElements(byte[] bytes, int from, int depth) {
        int at = afterSpace(bytes, from);
        if (bytes[at] == ']') {
            return at + 1;
        }
        while (true) {
            at = afterValue(bytes, at, depth);
            if (at == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            at = afterSpace(bytes, at);
            if (bytes[at] != ',') {
                return bytes[at] == ']' ? at + 1 : NOT_PLAIN;
            }
            at = afterSpace(bytes, at + 1);
        }
    }

    /** A name in quotes, without escapes, from its first quote to its last. */
    static int afterName(byte[] bytes, int quote) {
        if (bytes[quote] != '"') {
            return NOT_PLAIN;
        }
        int end = quoteOrBackslash(bytes, quote + 1);
        return bytes[end] == '"' && end - quote < LONGEST ? end + 1 : NOT_PLAIN;
    }

    /** The start of the value. */
    static int afterColon(byte[] bytes, int from) {
        int at = afterSpace(bytes, from);
        return bytes[at] == ':' ? afterSpace(bytes, at + 1) : NOT_PLAIN;
    }

    /** The rest of a string, from the first byte in the quotes on. */
    static int afterString(byte[] bytes, int from) {
        int at = quoteOrBackslash(bytes, from);
        while (bytes[at] == '\\') {
            at = JsonEscapes.after(bytes, at);
            if (at == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            at = quoteOrBackslash(bytes, at);
        }
        return at + 1;
    }

    /** The position of the first quote or backslash; there is one, because the padding has quotes. */
    static int quoteOrBackslash(byte[] bytes, int from) {
        int at = from;
        while (true) {
            int first = firstQuoteOrBackslash(eight(bytes, at));
            int second = firstQuoteOrBackslash(eight(bytes, at + Long.BYTES));
            // Without a branch: the first is 64 if there is none.
            int bits = first + (second & -(first >>> 6));
            if (bits < 2 * Long.SIZE) {
                return at + (bits >>> 3);
            }
            at += 2 * Long.BYTES;
        }
    }

    /** In bits, 64 if there is none. */
    private static int firstQuoteOrBackslash(long eight) {
        // A byte that is ASCII and zero gets its high bit, and perhaps some after it do, but none before it.
        long found = (((eight ^ QUOTES) - EACH) | ((eight ^ BACKSLASHES) - EACH)) & ~eight & HIGH_BITS;
        return Long.numberOfTrailingZeros(found);
    }

    static int afterNumber(byte[] bytes, int from) {
        int at = bytes[from] == '-' ? from + 1 : from;
        int end = bytes[at] == '0' ? at + 1 : afterDigits(bytes, at);
        if (end != NOT_PLAIN && bytes[end] == '.') {
            end = afterDigits(bytes, end + 1);
        }
        if (end != NOT_PLAIN && (bytes[end] | 0x20) == 'e') {
            boolean isSigned = bytes[end + 1] == '+' || bytes[end + 1] == '-';
            end = afterDigits(bytes, isSigned ? end + 2 : end + 1);
        }
        return end - from > LONGEST ? NOT_PLAIN : end;
    }

    /** At least one digit. */
    private static int afterDigits(byte[] bytes, int from) {
        int at = from;
        while (true) {
            long digits = eight(bytes, at) ^ ZEROS;
            // The high bit of the first byte that is over nine is set here.
            int bits = Long.numberOfTrailingZeros(((digits + OVER_NINE) | digits) & HIGH_BITS);
            at += bits >>> 3;
            if (bits < Long.SIZE) {
                return at == from ? NOT_PLAIN : at;
            }
        }
    }
}
