package io.millrace.core.internal.guard;

import java.util.LinkedHashMap;
import java.util.Map;

/** Lengths of time in words. */
final class Durations {
    private static final Map<Long, String> UNITS = new LinkedHashMap<>();

    static {
        UNITS.put(86_400_000_000L, "days");
        UNITS.put(3_600_000_000L, "hours");
        UNITS.put(60_000_000L, "minutes");
        UNITS.put(1_000_000L, "seconds");
        UNITS.put(1_000L, "milliseconds");
        UNITS.put(1L, "microseconds");
    }

    private Durations() {}

    /** The number in the greatest unit that divides it. */
    static String words(long microseconds) {
        return UNITS.entrySet().stream()
                .filter(unit -> microseconds % unit.getKey() == 0)
                .findFirst()
                .map(unit -> microseconds / unit.getKey() + " " + unit.getValue())
                .orElseThrow();
    }
}
