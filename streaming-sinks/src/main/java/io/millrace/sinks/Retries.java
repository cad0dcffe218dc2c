package io.millrace.sinks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.Serial;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a transaction again after faults that pass, until a deadline, with full jitter between the attempts, as in
 * "Exponential Backoff And Jitter" of the AWS Architecture Blog.
 */
final class Retries implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final long CROWDED_PAUSE_MILLIS = 1_000;

    private final Database database;
    private final Duration deadline;
    private int retries;
    private int deadlocks;

    Retries(Database database, Duration deadline) {
        this.database = database;
        this.deadline = deadline;
    }

    /** How often a transaction had to be tried again so far. */
    int retries() {
        return retries;
    }

    /** How many of those had lost a deadlock. */
    int deadlocks() {
        return deadlocks;
    }

    /** Commits {@code work}, or throws with nothing of it left in an open transaction. */
    void commit(String what, Transaction work) {
        commit(what, null, work);
    }

    /** As {@link #commit(String, Transaction)}, where the first attempt is under way already. */
    void commit(String what, @Nullable EarlyTransaction early, Transaction work) {
        long end = System.nanoTime() + deadline.toNanos();
        for (int attempt = 0; ; attempt++) {
            EarlyTransaction first = attempt == 0 ? early : null;
            long start = first == null ? System.nanoTime() : first.started();
            try {
                if (first == null) {
                    finish(Pools.borrow(database, what), work);
                } else {
                    first.await();
                }
                return;
            } catch (SQLException e) {
                if (!faults().of(e).passes() || System.nanoTime() >= end || cancelledByHand(e, start)) {
                    throw failure(what, e);
                }
                LOG.warn("{}: {}; trying again", what, faults().told(e));
                retries++;
                deadlocks += faults().of(e) == SqlFault.DEADLOCK ? 1 : 0;
                pause(attempt, faults().of(e), what);
            }
        }
    }

    /** Runs {@code batch} again where a task of it met a fault that passes. */
    void again(String what, Batch batch) throws Exception {
        long end = System.nanoTime() + deadline.toNanos();
        for (int attempt = 0; ; attempt++) {
            try {
                batch.run();
                return;
            } catch (Exception e) { // Spark throws checked ones that its methods do not declare.
                Optional<BatchFault> met = BatchFault.in(e);
                if (met.isEmpty() || !met.get().fault().passes() || System.nanoTime() >= end) {
                    throw e;
                }
                LOG.warn("{}; trying again", met.get().getMessage());
                retries++;
                pause(attempt, met.get().fault(), what);
            }
        }
    }

    /**
     * Runs {@code early} on a connection that then waits for {@code rest}; null where it fails, with nothing of it left: the
     * usual way meets the same fault and tells of it.
     */
    @Nullable EarlyTransaction begin(String what, Transaction early, Transaction rest) {
        try {
            Connection connection = Pools.borrow(database, what);
            attempt(connection, early);
            return new EarlyTransaction(connection, () -> finish(connection, rest));
        } catch (SQLException e) {
            LOG.debug("{} was not begun early: {}", what, faults().told(e));
            return null;
        }
    }

    /** Takes back what was begun early and not started. */
    void giveUp(EarlyTransaction early) {
        try {
            early.giveUp();
        } catch (SQLException e) {
            LOG.debug("{} had lost what was begun early: {}", database, faults().told(e));
        }
    }

    /** Commits {@code work} and gives the connection back. */
    private void finish(Connection connection, Transaction work) throws SQLException {
        attempt(connection, begun -> {
            work.run(begun);
            begun.commit();
        });
        connection.close();
    }

    private void attempt(Connection connection, Transaction work) throws SQLException {
        try {
            work.run(connection);
        } catch (SQLException | RuntimeException | Error e) {
            abandon(Pools.of(database), connection, e);
            throw e;
        }
    }

    private void abandon(HikariDataSource pool, Connection connection, Throwable cause) {
        try (connection) {
            rollBack(connection, cause);
            if (cause instanceof SQLException e && faults().of(e) == SqlFault.STALE) {
                pool.evictConnection(connection);
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private SqlFaults faults() {
        return database.dialect().faults();
    }

    /** A statement that ended before its time-out was ended by a person, who means it. */
    private boolean cancelledByHand(SQLException e, long start) {
        return faults().of(e) == SqlFault.CANCELLED
                && System.nanoTime() - start < database.statementTimeout().toNanos();
    }

    private RuntimeException failure(String what, SQLException e) {
        String message = what + " in " + database + " failed: " + faults().told(e) + ".";
        return faults().of(e) == SqlFault.ROW
                ? new RefusedRowException(message)
                : new IllegalStateException(message, e);
    }

    private static void pause(int attempt, SqlFault fault, String what) {
        long bound = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 16));
        long millis = ThreadLocalRandom.current()
                .nextLong(1 + (fault == SqlFault.CROWDED ? Math.max(bound, CROWDED_PAUSE_MILLIS) : bound));
        Interruption.pause(millis, what);
    }

    /** All of a micro-batch. */
    @FunctionalInterface
    interface Batch {
        void run() throws Exception;
    }

    /** One attempt, on a connection of which nothing is committed yet. */
    @FunctionalInterface
    interface Transaction {
        void run(Connection connection) throws SQLException;
    }
}
