package io.millrace.core.internal;

import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.jspecify.annotations.Nullable;

/** The message of a refusal by Spark, without the plan that follows it. */
public final class SparkRefusal {
    private static final int LONGEST = 400;

    private SparkRefusal() {}

    /** The message of {@code error} if it is a refusal; the caller rethrows any other error. */
    public static Optional<String> of(Exception error) {
        // Scala does not declare AnalysisException, so that javac does not let it be caught by name.
        return error instanceof AnalysisException refused
                ? Optional.of(sentence(refused.getSimpleMessage()))
                : Optional.empty();
    }

    /** The first line of a message, without the full stop and the place in an SQL text. */
    public static String sentence(@Nullable String message) {
        String line = message == null
                ? "no reason given"
                : message.lines().findFirst().orElse("");
        String trimmed = line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
        return trimmed.replaceFirst("[.;\\s]*; line \\d+ pos \\d+", "").replaceFirst("[.;:\\s]+$", "");
    }
}
