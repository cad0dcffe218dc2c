package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.SqlAction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a transaction in two parts, on its own connection. The first part has already run; the rest runs on
 * its own thread, so that the caller can begin the next transaction. Either {@link #start} it and {@link #await} its
 * outcome, or {@link #giveUp}.
 */
final class EarlyTransaction {
    private final Connection connection;
    private final FutureTask<@Nullable Void> rest;
    private volatile @Nullable Thread thread;
    private volatile long started;

    /** @param rest commits, or rolls back and throws; it returns the connection to the pool */
    EarlyTransaction(Connection connection, SqlAction rest) {
        this.connection = connection;
        this.rest = new FutureTask<>(() -> {
            rest.run(connection);
            return null;
        });
    }

    /** Runs the rest on a new thread of this name. */
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

    /**
     * Waits until the rest has committed or failed, at most for the statement time-out. It never returns earlier, so
     * that no thread still writes after the task has ended. Can be called again.
     */
    Outcome await() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    rest.get();
                    return Outcome.COMMITTED;
                } catch (InterruptedException e) {
                    interrupted = true;
                    interrupt();
                } catch (ExecutionException e) {
                    return new Outcome(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Interrupts the rest and waits for its end. */
    Outcome cancel() {
        interrupt();
        return await();
    }

    private void interrupt() {
        Thread merging = thread;
        if (merging != null) {
            merging.interrupt();
        }
    }

    /** Rolls back the first part. */
    void giveUp() throws SQLException {
        connection.close(); // the pool rolls back an open transaction
    }

    /**
     * The outcome of a transaction.
     *
     * @param failure null if it has committed
     */
    record Outcome(@Nullable Throwable failure) {
        static final Outcome COMMITTED = new Outcome(null);

        boolean isCommitted() {
            return failure == null;
        }

        /** Throws the failure if there is one. */
        void orThrow() throws SQLException {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (failure instanceof SQLException sql) {
                throw sql;
            }
            if (failure != null) {
                throw new SQLException(failure);
            }
        }
    }
}
