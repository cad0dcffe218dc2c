package io.millrace.core.internal.json;

import static io.millrace.core.internal.json.JsonBytes.NOT_PLAIN;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Escapes in strings: those that every JSON parser knows, others are left to Jackson. */
final class JsonEscapes {
    private static final int UNICODE_LENGTH = "\\u0000".length();
    private static final byte NONE = -1;
    /** For the character after a backslash what it stands for. */
    private static final byte[] MEANINGS = new byte[128];

    private static final byte[] DIGITS = new byte[128];

    static {
        Arrays.fill(MEANINGS, NONE);
        String escapes = "\"\"\\\\//b\bf\fn\nr\rt\t";
        for (int i = 0; i < escapes.length(); i += 2) {
            MEANINGS[escapes.charAt(i)] = (byte) escapes.charAt(i + 1);
        }
        for (int digit = 0; digit < DIGITS.length; digit++) {
            DIGITS[digit] = (byte) Character.digit(digit, 16);
        }
    }

    private JsonEscapes() {}

    /** The position after the escape whose backslash is at {@code at}. */
    static int after(byte[] bytes, int at) {
        if (meaning(bytes[at + 1]) != NONE) {
            return at + 2;
        }
        return bytes[at + 1] == 'u' && unicode(bytes, at) >= 0 ? at + UNICODE_LENGTH : NOT_PLAIN;
    }

    /**
     * The text from {@code from} to {@code end}, which is the content of a string with valid escapes; NULL if one of
     * them is half a surrogate pair.
     */
    static byte @Nullable [] decoded(byte[] bytes, int from, int end) {
        // No escape is shorter than what it stands for.
        byte[] text = new byte[end - from];
        int length = 0;
        for (int at = from; at < end; ) {
            int run = JsonBytes.quoteOrBackslash(bytes, at) - at;
            System.arraycopy(bytes, at, text, length, run);
            length += run;
            at += run;
            if (at < end && bytes[at + 1] == 'u') {
                int codePoint = codePoint(bytes, at);
                if (codePoint < 0) {
                    return null;
                }
                length = encode(codePoint, text, length);
                at += codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT ? UNICODE_LENGTH : 2 * UNICODE_LENGTH;
            } else if (at < end) {
                text[length++] = meaning(bytes[at + 1]);
                at += 2;
            }
        }
        return Arrays.copyOf(text, length);
    }

    private static byte meaning(byte escaped) {
        return escaped < 0 ? NONE : MEANINGS[escaped];
    }

    /** Of one escape or of a pair of them; negative for half a pair. */
    private static int codePoint(byte[] bytes, int at) {
        int unit = unicode(bytes, at);
        if (!Character.isSurrogate((char) unit)) {
            return unit;
        }
        int low = at + UNICODE_LENGTH;
        if (bytes[low] != '\\' || bytes[low + 1] != 'u') {
            return -1;
        }
        char other = (char) unicode(bytes, low);
        return Character.isSurrogatePair((char) unit, other) ? Character.toCodePoint((char) unit, other) : -1;
    }

    /** The four hexadecimal digits; negative if they are not. */
    private static int unicode(byte[] bytes, int at) {
        int unit = 0;
        for (int digit = at + 2; digit < at + UNICODE_LENGTH; digit++) {
            unit = unit << 4 | (bytes[digit] < 0 ? NONE : DIGITS[bytes[digit]]);
        }
        return unit;
    }

    private static int encode(int codePoint, byte[] text, int from) {
        int at = from;
        if (codePoint < 0x80) {
            text[at++] = (byte) codePoint;
            return at;
        }
        if (codePoint < 0x800) {
            text[at++] = (byte) (0xC0 | codePoint >> 6);
        } else {
            if (codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
                text[at++] = (byte) (0xE0 | codePoint >> 12);
            } else {
                text[at++] = (byte) (0xF0 | codePoint >> 18);
                text[at++] = (byte) (0x80 | (codePoint >> 12 & 0x3F));
            }
            text[at++] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
        }
        text[at++] = (byte) (0x80 | (codePoint & 0x3F));
        return at;
    }
}
