package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of an error and its causes. */
final class Causes {
    private static final int MOST = 10;
    private static final List<String> PLATFORM = List.of("java.", "jdk.", "sun.", "scala.", "org.apache.");

    private Causes() {}

    /** What has failed first: if code outside of Spark has, its error with its line before those that Spark made. */
    static String messages(Throwable error) {
        Throwable first = firstOutsideOfSpark(error);
        String causes = String.join("; caused by ", all(first == null ? error : first, null));
        List<String> spark = first == null ? List.of() : all(error, first);
        return spark.isEmpty() ? causes : causes + "; reported as " + String.join("; caused by ", spark);
    }

    private static @Nullable Throwable firstOutsideOfSpark(Throwable error) {
        Throwable cause = error;
        while (cause != null && isOfSpark(cause)) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The first line of the error's message, and of those of its causes before {@code end}. */
    private static List<String> all(Throwable error, @Nullable Throwable end) {
        List<String> messages = new ArrayList<>();
        for (Throwable cause = error; cause != null && cause != end; cause = cause.getCause()) {
            String message = cause.getClass().getSimpleName() + ": "
                    + String.valueOf(cause.getMessage()).lines().findFirst().orElse("") + line(cause);
            if (!messages.contains(message) && messages.size() < MOST) {
                messages.add(message);
            }
        }
        return messages;
    }

    /** Keeps the interrupt for whoever runs the test; throw what this returns. */
    static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("The test was interrupted.", e);
    }

    /** The innermost line outside of Spark and the JDK, as an IDE links it; empty for an error of Spark. */
    private static String line(Throwable error) {
        return isOfSpark(error)
                ? ""
                : Arrays.stream(error.getStackTrace())
                        .filter(frame -> PLATFORM.stream().noneMatch(frame.getClassName()::startsWith))
                        .findFirst()
                        .map(frame -> " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
                        .orElse("");
    }

    private static boolean isOfSpark(Throwable error) {
        return error.getClass().getName().startsWith("org.apache.spark.");
    }

    /** Whether the error, one of its causes or one that was suppressed says {@code text}. */
    static boolean mention(@Nullable Throwable error, String text) {
        return error != null
                && (String.valueOf(error.getMessage()).contains(text)
                        || mention(error.getCause(), text)
                        || Arrays.stream(error.getSuppressed()).anyMatch(suppressed -> mention(suppressed, text)));
    }
}
