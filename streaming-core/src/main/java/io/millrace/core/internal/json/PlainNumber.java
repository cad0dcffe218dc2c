package io.millrace.core.internal.json;

import org.apache.spark.sql.types.Decimal;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in plain form, from the bytes of their text: {@code 42} or {@code -12.50}, of up to 18 characters besides the
 * sign, so that their digits fit 64 bits. The values are those of {@link JsonNumber}, or of Spark's cast to a double;
 * what has another form, or does not fit, is left to these.
 */
final class PlainNumber {
    /** The text has another form. */
    static final long OTHER = Long.MIN_VALUE;

    private static final int LONGEST = 18;
    private static final long[] POWERS = new long[LONGEST + 1];

    /** Up to here each whole number is a double. */
    private static final long LAST_EXACT = 1L << 53;

    static {
        POWERS[0] = 1;
        for (int power = 1; power <= LONGEST; power++) {
            POWERS[power] = POWERS[power - 1] * 10;
        }
    }

    private PlainNumber() {}

    /** A number without a point. */
    static long whole(byte[] text) {
        return scale(text) == 0 ? digits(text) : OTHER;
    }

    /** A number without a point, times ten to the {@code shift}. */
    static long shifted(byte[] text, int shift) {
        long whole = text.length > LONGEST - shift ? OTHER : whole(text);
        return whole == OTHER ? OTHER : whole * POWERS[shift];
    }

    /** Rounded half up to {@code scale}; NULL if it has another form, or more than {@code precision} digits. */
    static @Nullable Decimal decimal(byte[] text, int precision, int scale) {
        long digits = digits(text);
        int more = scale - scale(text);
        if (digits == OTHER || more > LONGEST || Math.abs(digits) >= POWERS[LONGEST - Math.max(more, 0)]) {
            return null;
        }
        long unscaled = more >= 0 ? digits * POWERS[more] : rounded(digits, POWERS[-more]);
        return Math.abs(unscaled) < POWERS[Math.min(precision, LONGEST)]
                ? Decimal.apply(unscaled, precision, scale)
                : null;
    }

    /**
     * The nearest double; NaN if it has another form. The digits and the power of ten are doubles, and their quotient
     * is rounded once: W. D. Clinger, How to read floating point numbers accurately, 1990.
     */
    static double real(byte[] text) {
        long digits = digits(text);
        if (digits == OTHER || Math.abs(digits) > LAST_EXACT) {
            return Double.NaN;
        }
        double magnitude = (double) Math.abs(digits) / POWERS[scale(text)];
        return text[0] == '-' ? -magnitude : magnitude;
    }

    private static long rounded(long digits, long divisor) {
        long toZero = digits / divisor;
        boolean isUp = Math.abs(digits % divisor) * 2 >= divisor;
        return isUp ? toZero + Long.signum(digits) : toZero;
    }

    /** The number without its point. */
    private static long digits(byte[] text) {
        int first = text.length > 0 && text[0] == '-' ? 1 : 0;
        if (text.length == first || text.length - first > LONGEST) {
            return OTHER;
        }
        boolean hasPoint = false;
        long digits = 0;
        for (int at = first; at < text.length; at++) {
            int digit = text[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
            } else if (text[at] != '.' || hasPoint || at == first || at == text.length - 1) {
                return OTHER;
            } else {
                hasPoint = true;
            }
        }
        return first == 0 ? digits : -digits;
    }

    /** How many characters follow the point. */
    private static int scale(byte[] text) {
        for (int at = text.length - 1; at >= 0; at--) {
            if (text[at] == '.') {
                return text.length - 1 - at;
            }
        }
        return 0;
    }
}
