package io.millrace.core.internal.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Finds and repairs bytes that are not UTF-8. */
final class Utf8 {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final char REPLACEMENT = '\uFFFD';
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** {@code bytes} themselves if they are UTF-8, else with U+FFFD at the places where Java's decoder puts it. */
    static byte[] repaired(byte[] bytes) {
        if (isAscii(bytes)) {
            return bytes;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? bytes : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the bytes up to {@code end} are UTF-8; after them are 24 that are ASCII. */
    static boolean isValid(byte[] padded, int end) {
        int at = 0;
        while (at < end) {
            if ((highBits(padded, at) | highBits(padded, at + 8) | highBits(padded, at + 16)) == 0) {
                at += 24;
            } else {
                at = afterCharacters(padded, at + (Long.numberOfTrailingZeros(highBits(padded, at)) >>> 3));
                if (at < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static long highBits(byte[] bytes, int at) {
        return (long) EIGHT_BYTES.get(bytes, at) & HIGH_BITS;
    }

    /** The position after characters that are not ASCII; negative if they are not UTF-8. */
    private static int afterCharacters(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] < 0) {
            int length = length(bytes, at);
            if (length == 0) {
                return -1;
            }
            at += length;
        }
        return at;
    }

    /** Of a character that is not ASCII; 0 if it is not UTF-8. */
    private static int length(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int second = bytes[at + 1] & 0xFF;
        if (first < 0xE0) {
            return first >= 0xC2 && isNext(second) ? 2 : 0;
        }
        // Neither longer than needed, nor half a surrogate pair, nor beyond Unicode.
        if (first < 0xF0) {
            boolean isShortest = first != 0xE0 || second >= 0xA0;
            boolean isSurrogate = first == 0xED && second >= 0xA0;
            return isShortest && !isSurrogate && isNext(second) && isNext(bytes[at + 2]) ? 3 : 0;
        }
        boolean isIn = first == 0xF0 ? second >= 0x90 : first < 0xF4 || (first == 0xF4 && second < 0x90);
        return isIn && isNext(second) && isNext(bytes[at + 2]) && isNext(bytes[at + 3]) ? 4 : 0;
    }

    private static boolean isNext(int value) {
        return (value & 0xC0) == 0x80;
    }

    private static boolean isAscii(byte[] bytes) {
        int position = 0;
        long seen = 0;
        for (; position <= bytes.length - Long.BYTES; position += Long.BYTES) {
            seen |= (long) EIGHT_BYTES.get(bytes, position);
        }
        for (; position < bytes.length; position++) {
            seen |= bytes[position];
        }
        // A byte is widened with its sign: the last bytes of a document set the same bits.
        return (seen & HIGH_BITS) == 0;
    }
}
