package io.millrace.core.internal;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Times as Spark writes them into the progress of a query. */
public final class ProgressTime {
    private ProgressTime() {}

    /** The instant. Spark leaves out the sign that ISO-8601 wants before a year of more than four digits. */
    public static Instant parse(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.parse("+" + text);
        }
    }
}
