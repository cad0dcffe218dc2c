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
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** {@code bytes} themselves if they are UTF-8, else with U+FFFD at the places where Java's decoder puts it. */
    static byte[] repaired(byte[] bytes) {
        if (isAscii(bytes)) {
            return bytes;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? bytes : text.getBytes(StandardCharsets.UTF_8);
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
