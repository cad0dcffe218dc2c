package io.millrace.core.internal;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be shown of an error that others throw. */
public final class Errors {
    private static final Pattern ERROR_CLASS = Pattern.compile("^\\[[A-Z_.]+] ");
    private static final Pattern PLACE_IN_SQL = Pattern.compile("[.;\\s]*; line \\d+ pos \\d+");
    private static final Pattern END = Pattern.compile("[.;:\\s]+$");
    private static final int LONGEST = 400;
    private static final int LONGEST_HEAD = 120;

    private Errors() {}

    /** The head of a description that stands before the reason of a message, and would hide it if it were long. */
    public static String head(String description) {
        return description.length() <= LONGEST_HEAD ? description : description.substring(0, LONGEST_HEAD - 3) + "...";
    }

    /** The class of the root cause, never its message, which may hold rows or secrets. */
    public static String nameOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    /**
     * A message of Spark or Kafka as a clause: its first line, without Spark's error class, the place in an SQL text
     * and the full stop.
     */
    public static String clause(@Nullable String message) {
        String line = message == null
                ? "no reason given"
                : message.strip().lines().findFirst().orElse("");
        String bare = ERROR_CLASS.matcher(line).replaceFirst("");
        String clause = END.matcher(PLACE_IN_SQL.matcher(bare).replaceFirst("")).replaceFirst("");
        return clause.length() <= LONGEST ? clause : clause.substring(0, LONGEST) + "...";
    }
}
