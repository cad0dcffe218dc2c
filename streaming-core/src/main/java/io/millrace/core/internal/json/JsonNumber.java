package io.millrace.core.internal.json;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.Decimal;
import org.jspecify.annotations.Nullable;

/**
 * Numbers by their digits, never through a double. No text is slow to convert: what is larger than the type, or smaller
 * than its last digit, is recognized by the exponent alone.
 */
final class JsonNumber {
    /** As many characters as Jackson allows in a number, so that a number in a string costs no more. */
    private static final int LONGEST = 1_000;

    private static final int LONGEST_PLAIN = 18;
    private static final int MOST_DIGITS_OF_LONG = 19;
    private static final Pattern NUMBER = Pattern.compile("[-+]?(?:[0-9]++\\.?[0-9]*|\\.[0-9]++)(?:[eE][-+]?[0-9]++)?");

    private JsonNumber() {}

    /** The number that {@code text} is, with white space around it or not; NULL if it is not a number. */
    static @Nullable BigDecimal parse(String text) {
        String number = text.strip();
        if (number.length() > LONGEST || !NUMBER.matcher(number).matches()) {
            return null;
        }
        try {
            return new BigDecimal(number);
        } catch (NumberFormatException e) {
            // The exponent has more digits than an int.
            return null;
        }
    }

    /**
     * The whole number that {@code text} is, however it is written; NULL if it has a fraction or does not fit 64 bits.
     */
    static @Nullable Long whole(String text) {
        Long plain = plain(text);
        BigDecimal number = plain == null ? parse(text) : null;
        return number == null ? plain : whole(number);
    }

    /** Rounded half up to {@code scale}; NULL if it then has more than {@code precision} digits. */
    static @Nullable Decimal decimal(String text, int precision, int scale) {
        BigDecimal number = parse(text);
        if (number == null || digitsBeforePoint(number) > precision - scale) {
            return null;
        }
        BigDecimal rounded = floorOrHalfUp(number, scale, RoundingMode.HALF_UP);
        return rounded.precision() > precision ? null : Decimal.apply(rounded, precision, scale);
    }

    /** {@code text} times ten to the {@code shift}, without what follows the point; NULL if it does not fit 64 bits. */
    static @Nullable Long shifted(String text, int shift) {
        BigDecimal number = parse(text);
        if (number == null || digitsBeforePoint(number) + shift > MOST_DIGITS_OF_LONG) {
            return null;
        }
        return whole(floorOrHalfUp(number.scaleByPowerOfTen(shift), 0, RoundingMode.FLOOR));
    }

    private static @Nullable Long whole(BigDecimal number) {
        if (digitsBeforePoint(number) > MOST_DIGITS_OF_LONG) {
            return null;
        }
        try {
            return number.signum() == 0 ? Long.valueOf(0) : Long.valueOf(number.longValueExact());
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /** Without the power of ten that a number like 1e-999999999 would be divided by. */
    private static BigDecimal floorOrHalfUp(BigDecimal number, int scale, RoundingMode mode) {
        if (number.signum() == 0) {
            return BigDecimal.ZERO.setScale(scale);
        }
        boolean isTiny = digitsBeforePoint(number) < -scale - 1L;
        BigDecimal sameRounding = BigDecimal.valueOf(number.signum(), scale + 2);
        return (isTiny ? sameRounding : number).setScale(scale, mode);
    }

    /** Negative if zeros follow the point; 0 for zero. */
    private static long digitsBeforePoint(BigDecimal number) {
        return number.signum() == 0 ? 0 : (long) number.precision() - number.scale();
    }

    private static @Nullable Long plain(String text) {
        int from = text.startsWith("-") ? 1 : 0;
        if (text.length() == from || text.length() - from > LONGEST_PLAIN) {
            return null;
        }
        long value = 0;
        for (int at = from; at < text.length(); at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            value = value * 10 + digit;
        }
        return from == 0 ? value : -value;
    }
}
