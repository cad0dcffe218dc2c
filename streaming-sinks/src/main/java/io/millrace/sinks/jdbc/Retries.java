package io.millrace.sinks.jdbc;

import io.millrace.core.internal.FailureKind;
import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.SqlAction;
import io.millrace.sinks.jdbc.dialect.SqlFault;
import io.millrace.sinks.jdbc.dialect.SqlFaults;
import io.millrace.sinks.jdbc.dialect.SqlFunction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries transactions and batches after transient errors until a deadline, with full jitter between the attempts, as
 * in "Exponential Backoff And Jitter" of the AWS Architecture Blog.
 */
final class Retries {
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final long OVERLOADED_PAUSE_MILLIS = 1_000;

    private static final String SMALLER_FLUSHES = "make flushes smaller by rowsPerFlush(...)";
    static final String SMALLER_BATCHES = "make batches smaller, those from Kafka by maxOffsetsPerTrigger(...)";

    private static final String FEWER_KEYS = "ask for fewer keys at a time by keysPerQuery(...)";

    private final Database database;
    private final Duration deadline;
    private final String smaller;
    private final Pools.Use use;
    private int retries;
    private int deadlocks;

    Retries(Database database, Duration deadline) {
        this(database, deadline, SMALLER_FLUSHES, Pools.Use.WRITES);
    }

    private Retries(Database database, Duration deadline, String smaller, Pools.Use use) {
        this.database = database;
        this.deadline = deadline;
        this.smaller = smaller;
        this.use = use;
    }

    static Retries ofBatches(Database database, Duration deadline) {
        return new Retries(database, deadline, SMALLER_BATCHES, Pools.Use.WRITES);
    }

    static Retries ofLookups(Database database, Duration deadline) {
        return new Retries(database, deadline, FEWER_KEYS, Pools.Use.LOOKUPS);
    }

    /** The number of retries, and of those after a deadlock. */
    WriteCounts counts() {
        return WriteCounts.retried(retries, deadlocks);
    }

    /** Commits {@code work}, or throws and leaves no open transaction. */
    void commit(String what, SqlAction work) {
        commit(what, null, work);
    }

    /** Like {@link #commit(String, SqlAction)}; the first attempt, unless null, has already started. */
    void commit(String what, @Nullable EarlyTransaction early, SqlAction work) {
        Attempts attempts = attempts(what);
        while (true) {
            EarlyTransaction first = attempts.isFirst() ? early : null;
            long start = first == null ? System.nanoTime() : first.started();
            try {
                if (first == null) {
                    finish(Pools.borrow(database, use, what), work);
                } else {
                    first.await().orThrow();
                }
                return;
            } catch (SQLException e) {
                SqlFault fault = fault(e);
                if (!attempts.mayRetry(fault)) {
                    throw failure(what, e, start);
                }
                LOG.warn("{}: {}; retrying", what, describe(e));
                deadlocks += fault == SqlFault.DEADLOCK ? 1 : 0;
                attempts.pause(fault);
            }
        }
    }

    /** Like {@link #commit(String, SqlAction)}; returns the result of the attempt that has committed. */
    <T> T inTransaction(String what, SqlFunction<Connection, T> work) {
        List<T> results = new ArrayList<>();
        commit(what, connection -> results.add(work.apply(connection)));
        return results.get(results.size() - 1);
    }

    /** Runs attempts at a batch, which a failed task may end. */
    Attempts attempts(String what) {
        return new Attempts(what);
    }

    /**
     * Runs {@code first}, which returns the rest of the transaction, and keeps the connection for it. Returns null if
     * {@code first} fails, and leaves no open transaction: the ordinary attempt meets the same error and reports it.
     */
    @Nullable EarlyTransaction begin(String what, SqlFunction<Connection, SqlAction> first) {
        try {
            Connection connection = Pools.borrow(database, use, what);
            SqlAction rest = attempt(connection, first);
            return new EarlyTransaction(connection, begun -> finish(begun, rest));
        } catch (SQLException e) {
            LOG.debug("{} did not begin early: {}", what, describe(e));
            return null;
        }
    }

    /** Rolls back a transaction that has begun early, but whose rest was not started. */
    void giveUp(EarlyTransaction early) {
        try {
            early.giveUp();
        } catch (SQLException e) {
            LOG.debug("{} lost a transaction that had begun early: {}", database, faults().describe(e));
        }
    }

    /** Interrupts a started transaction and waits for its end, whatever its outcome. */
    void cancel(EarlyTransaction early) {
        Throwable failure = early.cancel().failure();
        if (failure != null) {
            LOG.debug(
                    "{} ended a cancelled transaction: {}",
                    database,
                    failure instanceof SQLException e
                            ? describe(e)
                            : failure.getClass().getName());
        }
    }

    /** Commits {@code work} and returns the connection to the pool. */
    private void finish(Connection connection, SqlAction work) throws SQLException {
        attempt(connection, begun -> {
            work.run(begun);
            begun.commit();
            return true;
        });
        connection.close();
    }

    private <T> T attempt(Connection connection, SqlFunction<Connection, T> work) throws SQLException {
        try {
            return work.apply(connection);
        } catch (SQLException | RuntimeException | Error e) {
            abandon(connection, e);
            throw e;
        }
    }

    private void abandon(Connection connection, Throwable cause) {
        try (connection) {
            rollBack(connection, cause);
            if (cause instanceof SQLException e && isUnusable(fault(e))) {
                Pools.evict(database, use, connection);
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static boolean isUnusable(SqlFault fault) {
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

    private SqlFault fault(SQLException e) {
        return e instanceof LettersNotSentException ? SqlFault.CONNECTION : faults().of(e);
    }

    private String describe(SQLException e) {
        return e instanceof LettersNotSentException ? String.valueOf(e.getMessage()) : faults().describe(e);
    }

    private RuntimeException failure(String what, SQLException e, long start) {
        if (e instanceof LettersNotSentException) {
            return new SinkFailure(
                    what + " was rolled back: " + e.getMessage() + ", for retryFor(" + deadline
                            + "). Restart the query when that answers: the rows come again.",
                    FailureKind.CONNECTION_LOST);
        }
        SqlFault fault = faults().of(e);
        String message = what + " in " + database.label() + " failed: " + faults().describe(e) + "."
                + faults().hint(e).map(hint -> " " + hint).orElse("")
                + (fault == SqlFault.CANCELLED ? tooLong(database, start, smaller) : "");
        if (fault.mayBeARow()) {
            return new RefusedRowException(message, fault, faults().kind(e));
        }
        return new SinkFailure(message, faults().kind(e), faults().isHarmless(e) ? e : null);
    }

    /** Advice after a time-out; none if the statement ended earlier, since someone has cancelled it. */
    static String tooLong(Database database, long start, String smaller) {
        Duration timeout = database.statementTimeout();
        return System.nanoTime() - start < timeout.toNanos()
                ? ""
                : " A statement may take statementTimeout(" + timeout + "): allow more, or " + smaller + ".";
    }

    /** The attempts at one piece of work. */
    final class Attempts {
        private final String what;
        private final long start = System.nanoTime();
        private final Map<SqlFault, Integer> faults = new EnumMap<>(SqlFault.class);
        private int failed;

        private Attempts(String what) {
            this.what = what;
        }

        boolean isFirst() {
            return failed == 0;
        }

        /** Waits if another attempt at a batch may succeed; otherwise throws. */
        void retryOrThrow(Exception failure) throws Exception {
            Optional<ExactlyOnceFailure> ofTask = ExactlyOnceFailure.in(failure);
            if (ofTask.isEmpty() || !mayRetry(ofTask.get().fault())) {
                throw failure;
            }
            LOG.warn("{}; retrying", ofTask.get().getMessage());
            pause(ofTask.get().fault());
        }

        /** Whether another attempt may succeed; faults of each kind are counted separately. */
        private boolean mayRetry(SqlFault fault) {
            int before = faults.getOrDefault(fault, 0);
            faults.put(fault, before + 1);
            return fault.mayRetry(before) && System.nanoTime() - start < TimeUnit.NANOSECONDS.convert(deadline);
        }

        private void pause(SqlFault fault) {
            retries++;
            long bound = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failed++, 16));
            long millis = ThreadLocalRandom.current()
                    .nextLong(1 + (fault == SqlFault.OVERLOADED ? Math.max(bound, OVERLOADED_PAUSE_MILLIS) : bound));
            Interruption.pause(millis, what);
        }
    }
}
