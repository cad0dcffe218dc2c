package io.millrace.testkit;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Times as a test writes them: {@code "00:05"} is five past midnight, UTC, on one fixed day. */
final class Times {
    static final LocalDate DAY = LocalDate.of(2026, 1, 1);

    private static final Pattern HAS_ZONE = Pattern.compile("(Z|[+-]\\d\\d:?\\d\\d)$");

    private static final Instant FIRST_DATE = LocalDateTime.MIN.toInstant(ZoneOffset.UTC);
    private static final Instant LAST_DATE = LocalDateTime.MAX.toInstant(ZoneOffset.UTC);

    private Times() {}

    static Instant parse(String text) {
        try {
            return isTimeOfDay(text) || !HAS_ZONE.matcher(text).find()
                    ? local(text).toInstant(ZoneOffset.UTC)
                    : OffsetDateTime.parse(withT(text)).toInstant();
        } catch (DateTimeParseException e) {
            throw notATime(text, "a whole instant as \"2026-01-02T00:05:00Z\"", e);
        }
    }

    /** A time without a zone. */
    static LocalDateTime parseLocal(String text) {
        try {
            return local(text);
        } catch (DateTimeParseException e) {
            throw notATime(text, "a whole time without a zone as \"2026-01-02T00:05:00\"", e);
        }
    }

    private static LocalDateTime local(String text) {
        return isTimeOfDay(text) ? LocalDateTime.of(DAY, LocalTime.parse(text)) : LocalDateTime.parse(withT(text));
    }

    private static boolean isTimeOfDay(String text) {
        return text.indexOf('-') < 0;
    }

    /** As ISO 8601 has it; SQL writes a blank instead. */
    private static String withT(String text) {
        return text.replaceFirst(" ", "T");
    }

    private static IllegalArgumentException notATime(String text, String whole, DateTimeParseException cause) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not a time: write \"00:05\" or \"00:05:30\" for a time on " + DAY + " in UTC, or "
                        + whole + ".",
                cause);
    }

    static String text(Instant instant) {
        if (instant.isBefore(FIRST_DATE) || instant.isAfter(LAST_DATE)) {
            return instant.toString().replace("Z", "");
        }
        LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        return time.toLocalDate().equals(DAY) ? time.toLocalTime().toString() : time.toString();
    }

    static String text(long epochMillis) {
        return text(Instant.ofEpochMilli(epochMillis));
    }
}
