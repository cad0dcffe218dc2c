package io.millrace.sinks;

import java.util.regex.Pattern;

/** Messages of Spark and Kafka as parts of our own. */
final class Sentences {
    private static final Pattern ERROR_CLASS = Pattern.compile("^\\[[A-Z_.]+] ");
    private static final int LONGEST = 300;

    private Sentences() {}

    /** A message as a clause: one line, without error class and full stop, and not too long. */
    static String clause(String message) {
        String line =
                ERROR_CLASS.matcher(message.strip().replaceAll("\\s+", " ")).replaceFirst("");
        String bare = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
        return bare.length() <= LONGEST ? bare : bare.substring(0, LONGEST) + "...";
    }
}
