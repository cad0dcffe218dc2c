package io.millrace.chaos;

import java.time.Duration;

/** The latest time for something to complete. */
record Deadline(long nanos) {
    static final long PAUSE_MILLIS = 5;

    static Deadline in(long seconds) {
        return new Deadline(System.nanoTime() + Duration.ofSeconds(seconds).toNanos());
    }

    boolean open() {
        return System.nanoTime() - nanos < 0;
    }

    void check(String awaited) {
        if (!open()) {
            throw new IllegalStateException("Timed out waiting for " + awaited + ".");
        }
    }

    static void pause() {
        pause(PAUSE_MILLIS);
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
