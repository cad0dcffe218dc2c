package io.millrace.sinks;

import org.jspecify.annotations.Nullable;

/**
 * A flush on a thread of its own, while its task gathers the rows of the next one. The task waits for it before it flushes
 * again and before it ends, so that there is one at a time and none is left over.
 */
final class BackgroundFlush {
    private static final long LOOK_MILLIS = 50;

    private final Thread thread;
    private @Nullable RuntimeException failure;
    private @Nullable Error error;

    private BackgroundFlush(String name, Runnable flush) {
        thread = new Thread(() -> run(flush), name);
        thread.setDaemon(true);
    }

    static BackgroundFlush start(String name, Runnable flush) {
        BackgroundFlush begun = new BackgroundFlush(name, flush);
        begun.thread.start();
        return begun;
    }

    /** Returns or throws as the flush does, and not before it ends. Hands on an interrupt, and keeps it for the caller. */
    void await() {
        join();
        if (failure != null) {
            throw failure;
        }
        if (error != null) {
            throw error;
        }
    }

    /** For a task that has failed: it ends no earlier than its flush, which may end early. */
    void abandon() {
        thread.interrupt();
        join();
    }

    private void run(Runnable flush) {
        try {
            flush.run();
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            error = e;
        }
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(LOOK_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted || Interruption.isAsked()) {
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
