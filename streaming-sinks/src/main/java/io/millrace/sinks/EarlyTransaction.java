package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a transaction in two parts, on a connection of its own: the first has run before its turn, the rest runs on a
 * thread of its own, so that the caller can begin the next one meanwhile. Either {@link #start} and {@link #await} it, or
 * {@link #giveUp}.
 */
final class EarlyTransaction {
    private final Connection connection;
    private final FutureTask<@Nullable Void> rest;
    private volatile @Nullable Thread thread;
    private volatile long started;

    /** {@code rest} commits, or rolls back and throws; it gives the connection back. */
    EarlyTransaction(Connection connection, Rest rest) {
        this.connection = connection;
        this.rest = new FutureTask<>(() -> {
            rest.run();
            return null;
        });
    }

    /** Runs the rest on a thread of this name, which ends with it. */
    void start(String name) {
        started = System.nanoTime();
        Thread merging = new Thread(rest, name);
        merging.setDaemon(true);
        thread = merging;
        merging.start();
    }

    long started() {
        return started;
    }

    /** Whether the rest has committed, waited for. */
    boolean succeeds() {
        try {
            await();
            return true;
        } catch (SQLException | RuntimeException | Error e) {
            return false; // told by the next await
        }
    }

    /** Waits for the rest, which may end early: nobody needs it any more. */
    void end() {
        interrupt();
        succeeds();
    }

    private void interrupt() {
        Thread merging = thread;
        if (merging != null) {
            merging.interrupt();
        }
    }

    /** Returns or throws as the rest does, and never before it: a task leaves nothing behind that still writes. */
    void await() throws SQLException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    rest.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                    interrupt();
                } catch (ExecutionException e) {
                    throw failure(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes the first part back. */
    void giveUp() throws SQLException {
        connection.close(); // the pool rolls back what is open
    }

    private static SQLException failure(@Nullable Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException failure) {
            throw failure;
        }
        return thrown instanceof SQLException failure ? failure : new SQLException(thrown);
    }

    /** What is left to do. */
    @FunctionalInterface
    interface Rest {
        void run() throws SQLException;
    }
}
