package io.millrace.samples.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats times of day in UTC. */
final class TimeOfDay {
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private TimeOfDay() {}

    static String hour(Instant time) {
        return time.equals(Instant.EPOCH) ? "-" : HOUR.format(time);
    }

    static String window(Instant start) {
        return hour(start) + " - " + hour(start.plus(Duration.ofMinutes(10)));
    }
}
