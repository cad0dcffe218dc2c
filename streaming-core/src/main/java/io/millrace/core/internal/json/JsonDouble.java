package io.millrace.core.internal.json;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The text of numbers that are not whole: Spark prints the nearest double as Java does. Nearly all numbers of real
 * documents are their own text, which is seen by their digits.
 */
final class JsonDouble {
    /** Two decimal numbers of so many digits are two doubles, so that none has a shorter text than itself. */
    private static final int MOST_DIGITS = 15;
    /** From 10,000,000 on, and below 0.001, Java prints an exponent. */
    private static final int MOST_WHOLE_DIGITS = 7;

    private static final int MOST_ZEROS = 2;

    private JsonDouble() {}

    /** Whether a number has neither a fraction nor an exponent. */
    static boolean isWhole(byte[] bytes, int from, int end) {
        for (int at = from; at < end; at++) {
            if (bytes[at] == '.' || (bytes[at] | 0x20) == 'e') {
                return false;
            }
        }
        return true;
    }

    /** Whether Java surely prints the nearest double of a number with these same digits. */
    static boolean isPrinted(byte[] bytes, int from, int end) {
        int whole = bytes[from] == '-' ? from + 1 : from;
        int point = whole;
        while (bytes[point] >= '0' && bytes[point] <= '9') {
            point++;
        }
        int fraction = point + 1;
        if (bytes[point] != '.' || point - whole > MOST_WHOLE_DIGITS || end - whole > MOST_DIGITS + 1) {
            return false;
        }
        boolean hasOneDigit = end - fraction == 1;
        if (bytes[end - 1] == '0' && !hasOneDigit) {
            return false;
        }
        int at = fraction;
        while (at < end && bytes[at] == '0') {
            at++;
        }
        if (bytes[whole] == '0' && at - fraction > MOST_ZEROS) {
            return false;
        }
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at == end;
    }

    /** The text of the nearest double; NULL if that is infinite. */
    static byte @Nullable [] printed(byte[] bytes, int from, int end) {
        double nearest = Double.parseDouble(new String(bytes, from, end - from, StandardCharsets.US_ASCII));
        return Double.isInfinite(nearest) ? null : Double.toString(nearest).getBytes(StandardCharsets.US_ASCII);
    }
}
