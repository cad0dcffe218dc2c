package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;

/** The messages of an error and its causes. */
final class Causes {
    private Causes() {}

    static String messages(Throwable error) {
        return String.join("; caused by ", all(error));
    }

    /** The first line of the error's message, and of those of its causes. */
    static List<String> all(Throwable error) {
        List<String> messages = new ArrayList<>();
        for (Throwable cause = error; cause != null && messages.size() < 10; cause = cause.getCause()) {
            String message = cause.getClass().getSimpleName() + ": "
                    + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
            if (!messages.contains(message)) {
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

    static boolean mention(Throwable error, String text) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(text)) {
                return true;
            }
        }
        return false;
    }
}
