package io.millrace.sinks.jdbc.dialect;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import org.apache.spark.TaskContext;

/** Checks whether Spark wants this thread to end, because a query was stopped or a task killed, and throws if so. */
public final class Interruption {
    private static final long POLL_MILLIS = 50;

    private Interruption() {}

    public static boolean isAsked() {
        TaskContext task = TaskContext.get();
        return Thread.currentThread().isInterrupted() || (task != null && task.isInterrupted());
    }

    /** Throws if Spark wants this thread to end; {@code what} is the work that is given up. */
    public static void check(String what) {
        if (isAsked()) {
            throw of(what);
        }
    }

    /** Creates the exception that Spark treats as an orderly stop: the query ends without an error. */
    public static UncheckedIOException of(String what) {
        String message = what + " was given up: Spark has stopped the query or killed the task.";
        return new UncheckedIOException(message, new InterruptedIOException(message));
    }

    /** Sleeps, and throws as soon as Spark wants this thread to end. */
    public static void pause(long millis, String what) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < end) {
            check(what);
            sleep(what);
        }
    }

    /**
     * Whether {@code thrown} is that exception or was caused by an interrupt. The thread's flag is not enough: in Spark
     * 3.5 the thread of a streaming query can lose an interrupt that it sets itself while another thread is about to
     * set it.
     */
    public static boolean isWhy(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException || cause instanceof InterruptedIOException) {
                return !(cause instanceof SocketTimeoutException);
            }
        }
        return false;
    }

    private static void sleep(String what) {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw of(what);
        }
    }
}
