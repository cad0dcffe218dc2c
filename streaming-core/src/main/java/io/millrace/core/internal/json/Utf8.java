package io.millrace.core.internal.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Repairs bytes that are not UTF-8. */
final class Utf8 {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** {@code bytes} themselves if they are UTF-8, else with U+FFFD at the places where Java's decoder puts it. */
    static byte[] repaired(byte[] bytes) {
        if (isAscii(bytes) || isUtf8(bytes)) {
            return bytes;
        }
        return new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isUtf8(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            if (at <= bytes.length - Long.BYTES && ((long) EIGHT_BYTES.get(bytes, at) & HIGH_BITS) == 0) {
                at += Long.BYTES;
            } else if (bytes[at] >= 0) {
                at++;
            } else {
                int length = length(bytes, at);
                if (length == 0) {
                    return false;
                }
                at += length;
            }
        }
        return true;
    }

    /** Of the character at {@code at}, which is not ASCII; 0 if it is not UTF-8. */
    private static int length(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (at + length > bytes.length) {
            return 0;
        }
        int codePoint = first & (0x7F >> length);
        for (int next = at + 1; next < at + length; next++) {
            if ((bytes[next] & 0xC0) != 0x80) {
                return 0;
            }
            codePoint = codePoint << 6 | (bytes[next] & 0x3F);
        }
        boolean isOf = switch (length) {
            case 2 -> first >= 0xC2;
            case 3 ->
                codePoint >= 0x800 && !(codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
            default ->
                first < 0xF8
                        && codePoint >= Character.MIN_SUPPLEMENTARY_CODE_POINT
                        && codePoint <= Character.MAX_CODE_POINT;
        };
        return isOf ? length : 0;
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
