package io.millrace.core;

import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What Spark says when it refuses, without the plan that it prints behind. */
final class SparkRefusal {
    private static final int LONGEST = 400;

    private SparkRefusal() {}

    /** The refusal in {@code error}, if it is one; anything else is for the caller to throw on. */
    static Optional<String> of(Exception error) {
        // Scala throws AnalysisException unannounced, so that javac does not let it be caught by name.
        return error instanceof AnalysisException refused
                ? Optional.of(sentence(refused.getSimpleMessage()))
                : Optional.empty();
    }

    /** A step on {@code rows} that Spark's analyzer refuses. */
    static Optional<Problem> of(Exception error, String step, Dataset<Row> rows) {
        return of(error)
                .map(message -> new Problem(
                        "via",
                        step,
                        message + " (columns: " + String.join(", ", rows.columns()) + ")",
                        "Name one of these, or add what is missing in a step before."));
    }

    /** The first line of a message, without the full stop and the place in an SQL text. */
    static String sentence(@Nullable String message) {
        String line = message == null
                ? "no reason given"
                : message.lines().findFirst().orElse("");
        String trimmed = line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
        return trimmed.replaceFirst("[.;\\s]*; line \\d+ pos \\d+", "").replaceFirst("[.;:\\s]+$", "");
    }
}
