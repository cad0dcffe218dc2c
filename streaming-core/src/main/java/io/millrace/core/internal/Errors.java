package io.millrace.core.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be shown of an error that others throw. */
public final class Errors {
    private static final Pattern ERROR_CLASS = Pattern.compile("^\\[[A-Z0-9_.]+] ");
    private static final Pattern STATE = Pattern.compile("[.;\\s]*SQLSTATE: \\w{5}$");
    private static final Pattern PLACE_IN_SQL = Pattern.compile("[.;\\s]*; line \\d+ pos \\d+");
    private static final Pattern END = Pattern.compile("[.;:\\s]+$");
    // Only in front of a class, since the message of another cause may have a line of its own that begins like this.
    private static final Pattern CAUSE =
            Pattern.compile("^Caused by: (?=([a-z]\\w*\\.)+[A-Z][\\w$]*(:|$))", Pattern.MULTILINE);
    private static final Pattern OWN = Pattern.compile("[\\w.$]+: (.*)\\s+at io\\.millrace\\.(core|sinks)\\.");
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
     * The same of a printed stack trace: the class of the root cause, with its message if a class of this library threw
     * it, since those messages hold no values.
     */
    public static String nameOf(String stackTrace) {
        int cause = 0;
        Matcher matcher = CAUSE.matcher(stackTrace);
        while (matcher.find()) {
            cause = matcher.end();
        }
        String root = stackTrace.substring(cause);
        String type = root.split("[:\\s]", 2)[0];
        Matcher own = OWN.matcher(root);
        return type.substring(1 + Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')))
                + (own.lookingAt() ? ": " + clause(own.group(1)) : "");
    }

    /**
     * A message of Spark or Kafka as a clause: its first line, without Spark's error class and state, the place in an
     * SQL text, the login in a URL and the full stop.
     */
    public static String clause(@Nullable String message) {
        String line = message == null
                ? "no reason given"
                : message.strip().lines().findFirst().orElse("");
        String bare = ERROR_CLASS.matcher(line).replaceFirst("");
        String place = PLACE_IN_SQL.matcher(bare).replaceFirst("");
        String reason = STATE.matcher(place).replaceFirst("");
        String clause = Options.withoutUser(END.matcher(reason).replaceFirst(""));
        return clause.length() <= LONGEST ? clause : clause.substring(0, LONGEST) + "...";
    }
}
