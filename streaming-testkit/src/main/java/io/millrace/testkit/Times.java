package io.millrace.testkit;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Times as a test writes them: {@code "00:05"} is five past midnight, UTC, on one fixed day. */
final class Times {
    static final LocalDate DAY = LocalDate.of(2026, 1, 1);

    private Times() {}

    static Instant parse(String text) {
        try {
            return text.length() <= "00:00:00.000000".length()
                    ? LocalDateTime.of(DAY, LocalTime.parse(text)).toInstant(ZoneOffset.UTC)
                    : Instant.parse(text.endsWith("Z") ? text : text + "Z");
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a time: write \"00:05\" or \"00:05:30\" for a time on " + DAY
                            + " in UTC, or a whole instant as \"2026-01-02T00:05:00Z\".",
                    e);
        }
    }

    static String text(Instant instant) {
        LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        return time.toLocalDate().equals(DAY) ? time.toLocalTime().toString() : time.toString();
    }

    static String text(long epochMillis) {
        return text(Instant.ofEpochMilli(epochMillis));
    }
}
