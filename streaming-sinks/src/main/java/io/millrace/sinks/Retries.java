package io.millrace.sinks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.Serial;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
    private static final long OVERLOADED_PAUSE_MILLIS = 1_000;

    private static final String SMALLER_FLUSHES = "make flushes smaller by rowsPerFlush(...)";
    static final String SMALLER_BATCHES = "make batches smaller, those from Kafka by maxOffsetsPerTrigger(...)";

    private final Database database;
    private final Duration deadline;
    private final String smaller;
    private int retries;
    private int deadlocks;

    Retries(Database database, Duration deadline) {
        this(database, deadline, SMALLER_FLUSHES);
    }

    private Retries(Database database, Duration deadline, String smaller) {
        this.database = database;
        this.deadline = deadline;
        this.smaller = smaller;
    }

    static Retries ofBatches(Database database, Duration deadline) {
        return new Retries(database, deadline, SMALLER_BATCHES);
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
        Map<SqlFault, Integer> met = new EnumMap<>(SqlFault.class);
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
                if (!mayRetry(faults().of(e), met) || System.nanoTime() >= end) {
                    throw failure(what, e, start);
                }
                LOG.warn("{}: {}; trying again", what, faults().describe(e));
                retries++;
                deadlocks += faults().of(e) == SqlFault.DEADLOCK ? 1 : 0;
                pause(attempt, faults().of(e), what);
            }
        }
    }

    /** Runs {@code batch} again where a task of it met a fault that passes. */
    void again(String what, Batch batch) throws Exception {
        long end = System.nanoTime() + deadline.toNanos();
        Map<SqlFault, Integer> met = new EnumMap<>(SqlFault.class);
        for (int attempt = 0; ; attempt++) {
            try {
                batch.run();
                return;
            } catch (Exception e) { // Spark throws checked ones that its methods do not declare.
                Optional<ExactlyOnceFailure> fault = ExactlyOnceFailure.in(e);
                if (fault.isEmpty() || !mayRetry(fault.get().fault(), met) || System.nanoTime() >= end) {
                    throw e;
                }
                LOG.warn("{}; trying again", fault.get().getMessage());
                retries++;
                pause(attempt, fault.get().fault(), what);
            }
        }
    }

    /** Whether a retry may help, each kind of fault counted by itself. */
    private static boolean mayRetry(SqlFault fault, Map<SqlFault, Integer> met) {
        int before = met.getOrDefault(fault, 0);
        met.put(fault, before + 1);
        return fault.mayRetry(before);
    }

    /**
     * Runs {@code first} on a connection that then waits for the rest; null where it fails, with nothing of it left: the usual
     * way meets the same fault and tells of it.
     */
    @Nullable EarlyTransaction begin(String what, FirstPart first) {
        try {
            Connection connection = Pools.borrow(database, what);
            List<Transaction> rest = new ArrayList<>();
            attempt(connection, begun -> rest.add(first.run(begun)));
            return new EarlyTransaction(connection, () -> finish(connection, rest.get(0)));
        } catch (SQLException e) {
            LOG.debug("{} was not begun early: {}", what, faults().describe(e));
            return null;
        }
    }

    /** Takes back what was begun early and not started. */
    void giveUp(EarlyTransaction early) {
        try {
            early.giveUp();
        } catch (SQLException e) {
            LOG.debug("{} had lost what was begun early: {}", database, faults().describe(e));
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
            if (cause instanceof SQLException e && isOfNoMoreUse(faults().of(e))) {
                pool.evictConnection(connection);
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static boolean isOfNoMoreUse(SqlFault fault) {
        return fault == SqlFault.STALE || fault == SqlFault.READ_ONLY;
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

    private RuntimeException failure(String what, SQLException e, long start) {
        SqlFault fault = faults().of(e);
        String message = what + " in " + database + " failed: " + faults().describe(e) + "."
                + faults().wayOut(e).map(way -> " " + way).orElse("")
                + (fault == SqlFault.CANCELLED ? tooLong(database, start, smaller) : "");
        if (fault.mayBeARow()) {
            return new RefusedRowException(message, fault);
        }
        return faults().isHarmless(e) ? new IllegalStateException(message, e) : new IllegalStateException(message);
    }

    /** A statement that ended before its time-out was ended by a person, who means it. */
    static String tooLong(Database database, long start, String smaller) {
        Duration timeout = database.statementTimeout();
        return System.nanoTime() - start < timeout.toNanos()
                ? ""
                : " A statement may take statementTimeout(" + timeout + "): allow more, or " + smaller + ".";
    }

    private static void pause(int attempt, SqlFault fault, String what) {
        long bound = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 16));
        long millis = ThreadLocalRandom.current()
                .nextLong(1 + (fault == SqlFault.OVERLOADED ? Math.max(bound, OVERLOADED_PAUSE_MILLIS) : bound));
        Interruption.pause(millis, what);
    }

    /** All of a micro-batch. */
    @FunctionalInterface
    interface Batch {
        void run() throws Exception;
    }

    /** Begins a transaction, and says how it goes on. */
    @FunctionalInterface
    interface FirstPart {
        Transaction run(Connection connection) throws SQLException;
    }

    /** One attempt, on a connection of which nothing is committed yet. */
    @FunctionalInterface
    interface Transaction {
        void run(Connection connection) throws SQLException;
    }
}
