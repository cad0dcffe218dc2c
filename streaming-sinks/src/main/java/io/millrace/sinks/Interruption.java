package io.millrace.sinks;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import org.apache.spark.TaskContext;

/** Whether Spark wants this thread to end, as it does where a query is stopped or a task killed; and how it then ends. */
final class Interruption {
    private static final long LOOK_MILLIS = 50;

    private Interruption() {}

    static boolean isAsked() {
        TaskContext task = TaskContext.get();
        return Thread.currentThread().isInterrupted() || (task != null && task.isInterrupted());
    }

    /** Throws if Spark wants this thread to end. */
    static void check(String what) {
        if (isAsked()) {
            throw of(what);
        }
    }

    /** Spark knows this one as an orderly stop: the query ends without an error. */
    static UncheckedIOException of(String what) {
        String message = what + " was given up: Spark has stopped the query or killed the task.";
        return new UncheckedIOException(message, new InterruptedIOException(message));
    }

    /** Waits so long, or throws as soon as Spark wants an end. */
    static void pause(long millis, String what) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < end) {
            if (isAsked()) {
                throw of(what);
            }
            sleep(what);
        }
    }

    /**
     * Whether {@code thrown} is that end, or is because of it. The thread's flag does not tell: the thread of a streaming
     * query in Spark 3.5 can lose the interrupt that it sets for itself while another thread is still about to set it.
     */
    static boolean isWhy(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException || cause instanceof InterruptedIOException) {
                return !(cause instanceof SocketTimeoutException);
            }
        }
        return false;
    }

    private static void sleep(String what) {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw of(what);
        }
    }
}
