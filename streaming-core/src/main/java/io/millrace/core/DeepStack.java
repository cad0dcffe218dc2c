package io.millrace.core;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stack that Spark's {@code get_json_object} does not overflow: it recurses into every array below {@code [*][*]}, a
 * task's thread ends at some hundred of them, and Spark ends the executor over that, again at each retry.
 */
final class DeepStack {
    /** So few levels fit on any thread. */
    private static final int SHALLOW = 64;

    /** For the 1,000 levels that Spark's reader takes, many times over; memory is taken only as it is used. */
    private static final long BYTES = 64L << 20;

    private DeepStack() {}

    /** Whether arrays are nested deeply. */
    static boolean isNeeded(byte[] document) {
        int depth = 0;
        byte quote = 0;
        for (int at = 0; at < document.length; at++) {
            byte character = document[at];
            if (quote != 0) {
                if (character == '\\') {
                    at++;
                } else if (character == quote) {
                    quote = 0;
                }
            } else if (character == '"' || character == '\'') {
                quote = character;
            } else if (character == '[' && ++depth > SHALLOW) {
                return true;
            } else if (character == ']') {
                depth--;
            }
        }
        return false;
    }

    /** What {@code work} gives; it is short, and so not interrupted. */
    static @Nullable Object call(Supplier<@Nullable Object> work) {
        return CompletableFuture.supplyAsync(work, DeepStack::start).join();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(null, work, "millrace-json", BYTES);
        thread.setDaemon(true);
        thread.start();
    }
}
