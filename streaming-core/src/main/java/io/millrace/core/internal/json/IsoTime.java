package io.millrace.core.internal.json;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.zone.ZoneRules;

/**
 * Times in the plain forms of ISO 8601, from the bytes of their text: {@code 2026-03-01}, and
 * {@code 2026-03-01T10:00:00}, with a space for the T or not, with a fraction of 1 to 9 digits or not, and with or
 * without an offset: {@code Z}, {@code +01:00}, {@code +0100} or {@code +01}. The values are those of Spark's cast,
 * which reads many other forms and compiles regular expressions for each text with an offset. Immutable.
 */
final class IsoTime {
    /** The text has another form, or no such time exists. */
    static final long OTHER = Long.MIN_VALUE;

    private static final int END_OF_DATE = 10;
    private static final int END_OF_SECONDS = 19;
    private static final int MOST_OFFSET_MINUTES = 18 * 60;
    private static final int SECONDS_A_DAY = 86_400;
    private static final long MICROS = 1_000_000;

    private final ZoneRules rules;
    private final int fixedOffset;

    /** {@code zone} is the time zone of texts without an offset. */
    IsoTime(ZoneId zone) {
        rules = zone.getRules();
        fixedOffset = rules.isFixedOffset() ? seconds(rules, 0) : 0;
    }

    /** The microseconds since 1970-01-01T00:00:00Z of {@code text}. */
    long micros(byte[] text) {
        long local = seconds(text);
        int end = endOfFraction(text);
        if (local == OTHER || end < 0) {
            return OTHER;
        }
        long offset = end == text.length ? offsetOfZone(local) : offset(text, end);
        return offset == OTHER ? OTHER : (local - offset) * MICROS + fraction(text, end);
    }

    /** The microseconds since 1970-01-01T00:00:00 of {@code text}, which has no offset. */
    static long localMicros(byte[] text) {
        long local = seconds(text);
        int end = endOfFraction(text);
        return local == OTHER || end != text.length ? OTHER : local * MICROS + fraction(text, end);
    }

    /** The days since 1970-01-01 of {@code text}, a date that a time may follow. */
    long day(byte[] text) {
        return micros(text) == OTHER ? OTHER : dayOf(text);
    }

    /** As Spark takes it: of a time that occurs twice the first offset, of one that is skipped the offset before. */
    private long offsetOfZone(long local) {
        return rules.isFixedOffset() ? fixedOffset : seconds(rules, local);
    }

    private static int seconds(ZoneRules rules, long local) {
        return rules.getOffset(LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC))
                .getTotalSeconds();
    }

    /** The date and the time of day, without fraction and offset. */
    private static long seconds(byte[] text) {
        long day = dayOf(text);
        if (day == OTHER || text.length == END_OF_DATE) {
            return day == OTHER ? OTHER : day * SECONDS_A_DAY;
        }
        boolean isTime = text.length >= END_OF_SECONDS
                && (text[END_OF_DATE] == 'T' || text[END_OF_DATE] == ' ')
                && text[13] == ':'
                && text[16] == ':';
        int hour = isTime ? twoDigits(text, 11) : -1;
        int minute = isTime ? twoDigits(text, 14) : -1;
        int second = isTime ? twoDigits(text, 17) : -1;
        return isUpTo(23, hour) && isUpTo(59, minute) && isUpTo(59, second)
                ? day * SECONDS_A_DAY + hour * 3_600L + minute * 60L + second
                : OTHER;
    }

    private static long dayOf(byte[] text) {
        if (text.length < END_OF_DATE || text[4] != '-' || text[7] != '-') {
            return OTHER;
        }
        int century = twoDigits(text, 0);
        int yearOfCentury = twoDigits(text, 2);
        int month = twoDigits(text, 5);
        int day = twoDigits(text, 8);
        int year = century * 100 + yearOfCentury;
        boolean exists = century >= 0
                && yearOfCentury >= 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= lengthOfMonth(year, month);
        return exists ? LocalDate.of(year, month, day).toEpochDay() : OTHER;
    }

    private static int lengthOfMonth(int year, int month) {
        if (month == 2) {
            return IsoChronology.INSTANCE.isLeapYear(year) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /** Where the offset starts, or the text ends; negative if there is a point with too few or too many digits. */
    private static int endOfFraction(byte[] text) {
        if (text.length <= END_OF_SECONDS || text[END_OF_SECONDS] != '.') {
            return Math.min(text.length, END_OF_SECONDS);
        }
        int end = END_OF_SECONDS + 1;
        while (end < text.length && isUpTo(9, text[end] - '0')) {
            end++;
        }
        int digits = end - END_OF_SECONDS - 1;
        return digits >= 1 && digits <= 9 ? end : -1;
    }

    /** In microseconds; what is shorter is left out. */
    private static long fraction(byte[] text, int end) {
        long micros = 0;
        if (end > END_OF_SECONDS) {
            for (int digit = 1; digit <= 6; digit++) {
                int at = END_OF_SECONDS + digit;
                micros = micros * 10 + (at < end ? text[at] - '0' : 0);
            }
        }
        return micros;
    }

    /** In seconds. */
    private static long offset(byte[] text, int from) {
        int length = text.length - from;
        if (length == 1) {
            return text[from] == 'Z' ? 0 : OTHER;
        }
        boolean hasColon = length == 6 && text[from + 3] == ':';
        boolean isOffset = (hasColon || length == 5 || length == 3) && (text[from] == '+' || text[from] == '-');
        int hour = isOffset ? twoDigits(text, from + 1) : -1;
        int minute = isOffset && length > 3 ? twoDigits(text, text.length - 2) : 0;
        int minutes = hour * 60 + minute;
        if (hour < 0 || !isUpTo(59, minute) || minutes > MOST_OFFSET_MINUTES) {
            return OTHER;
        }
        return text[from] == '-' ? -60L * minutes : 60L * minutes;
    }

    /** Negative if there are no two digits. */
    private static int twoDigits(byte[] text, int at) {
        int tens = text[at] - '0';
        int ones = text[at + 1] - '0';
        return isUpTo(9, tens) && isUpTo(9, ones) ? tens * 10 + ones : -1;
    }

    private static boolean isUpTo(int most, int number) {
        return number >= 0 && number <= most;
    }
}
