package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final byte[] LATER = {
        0,
        'a',
        0x7F,
        (byte) 0x80,
        (byte) 0x8F,
        (byte) 0x90,
        (byte) 0x9F,
        (byte) 0xA0,
        (byte) 0xBF,
        (byte) 0xC0,
        (byte) 0xFF
    };

    /** Every first and second byte, and later ones around the limits of UTF-8, at every place in eight bytes. */
    @Test
    void isValidIfJavasDecoderReplacesNothing() {
        for (int start = 0; start < 1 << 16; start++) {
            byte[] bytes = "0123456789".getBytes(StandardCharsets.US_ASCII);
            int at = start % 7;
            bytes[at] = (byte) (start >> 8);
            bytes[at + 1] = (byte) start;
            for (byte third : LATER) {
                bytes[at + 2] = third;
                for (byte fourth : LATER) {
                    bytes[at + 3] = fourth;
                    check(bytes, bytes.length);
                }
            }
            for (int end = 0; end < bytes.length; end++) {
                check(bytes, end);
            }
        }
    }

    private static void check(byte[] bytes, int end) {
        byte[] cut = Arrays.copyOf(bytes, end);
        boolean isSame = Arrays.equals(new String(cut, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), cut);
        if (Utf8.isValid(JsonBytes.padded(cut, new byte[0]), end) != isSame) {
            assertThat(cut).as("valid is " + isSame).isEmpty();
        }
    }
}
