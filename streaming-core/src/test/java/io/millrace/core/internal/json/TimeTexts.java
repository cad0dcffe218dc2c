package io.millrace.core.internal.json;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Texts that are times, nearly times or no times at all; the same for the same seed. */
final class TimeTexts {
    private static final List<String> YEARS = List.of(
            "0000", "0001", "1582", "1883", "1900", "1970", "2000", "2024", "2026", "2100", "9999", "10000", "99999",
            "123456", "1234567", "-2026", "+2026", "-0001", "26", "999", "");
    private static final List<String> ZONES = List.of(
            "Z",
            "+01:00",
            "-03:30",
            "+00:00",
            "-00:00",
            "+0530",
            "-0800",
            "+05",
            "-11",
            "+18:00",
            "-18:00",
            "+18:01",
            "-18:59",
            "+19:00",
            "+01:59",
            "+01:60",
            "+1:00",
            "+01:0",
            "+1",
            "+010",
            "+01:00:30",
            "+010030",
            "z",
            "ZZ",
            " Z",
            "UTC",
            " UTC",
            "GMT+1",
            "EST",
            "Europe/Brussels",
            " America/St_Johns",
            "Mars/Olympus");
    private static final DateTimeFormatter PLAIN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private final Random random;
    private final ZoneId zone;

    /** Many texts are near the hours that {@code zone} skips, or has twice. */
    TimeTexts(long seed, ZoneId zone) {
        random = new Random(seed);
        this.zone = zone;
    }

    String next() {
        String text = switch (random.nextInt(8)) {
            case 0, 1, 2 -> plain();
            case 3 -> nearTransition();
            default -> odd();
        };
        return switch (random.nextInt(12)) {
            case 0 -> changed(text);
            case 1 -> text.substring(0, random.nextInt(text.length() + 1));
            case 2 -> text + one(" ", "\t", "\n", "\u0000", "\u00a0", "x", "0", "é");
            case 3 -> one(" ", "\t", "\u0001", "x", "-", "T") + text;
            default -> text;
        };
    }

    /** A time in one of the plain forms, which exists. */
    String plain() {
        LocalDateTime time = LocalDateTime.of(
                random.nextInt(10_000),
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60));
        String text = PLAIN.format(time).replace(" ", one(" ", "T"));
        String offset = one("Z", "+01:00", "-03:30", "+0530", "-11", "+18:00", "", "");
        return random.nextInt(6) == 0 ? text.substring(0, 10) : text + fraction(9) + offset;
    }

    private String nearTransition() {
        Instant some = Instant.ofEpochSecond(random.nextLong(-3_000_000_000L, 6_000_000_000L));
        ZoneOffsetTransition change = zone.getRules().nextTransition(some);
        LocalDateTime near = change == null
                ? LocalDateTime.ofInstant(some, zone)
                : (random.nextBoolean() ? change.getDateTimeBefore() : change.getDateTimeAfter());
        return PLAIN.format(near.plusSeconds(random.nextLong(-7_300, 7_300))) + fraction(9);
    }

    private String odd() {
        String date = one(YEARS) + '-' + digits(14) + '-' + digits(33);
        if (random.nextInt(5) == 0) {
            return date;
        }
        String time = digits(26) + ':' + digits(62) + (random.nextInt(6) == 0 ? "" : ':' + digits(62));
        return date
                + one("T", " ", "T", " ", "t", "", "  ")
                + time
                + fraction(12)
                + (random.nextBoolean() ? one(ZONES) : "");
    }

    private String digits(int bound) {
        return String.format(random.nextInt(12) == 0 ? "%d" : "%02d", random.nextInt(bound));
    }

    private String fraction(int most) {
        String digits = String.format("%012d", random.nextLong(1_000_000_000_000L));
        return random.nextBoolean()
                ? ""
                : '.' + digits.substring(0, most == 9 ? 1 + random.nextInt(9) : random.nextInt(13));
    }

    private String changed(String text) {
        int at = random.nextInt(text.length() + 1);
        String piece = one("0", "9", ":", "-", ".", "T", " ", "Z", "+", "/", ";", "٤", "ÿ", "");
        return text.substring(0, at) + piece + text.substring(Math.min(text.length(), at + 1));
    }

    private String one(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }

    private String one(String... texts) {
        return one(List.of(texts));
    }
}
