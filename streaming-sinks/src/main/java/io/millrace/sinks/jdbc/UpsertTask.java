package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task, from the first to the last flush. If rows may only wait for some time, a thread of its own
 * flushes those that have, so that they are written even if no other row arrives. That thread ends with the task: a
 * task that is killed or fails cancels what it still writes, so that it cannot overwrite what a rerun has written.
 */
final class UpsertTask {
    private static final long POLL_MILLIS = 50;

    private final UpsertPlan plan;
    private final UpsertFlush flush;
    private final @Nullable Duration age;
    private final ReentrantLock lock = new ReentrantLock();

    /** With {@code flush}, guarded by {@code lock} while the thread runs. */
    private final PendingRows pending;

    private @Nullable Thread timer;
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;

    /** @param age how long a row may wait; null until the task ends */
    UpsertTask(UpsertPlan plan, UpsertFlush flush, @Nullable Duration age) {
        this.plan = plan;
        this.pending = new PendingRows(plan);
        this.flush = flush;
        this.age = age;
    }

    /** Adds a row; flushes if it is the last that the limits allow. */
    void add(Row row) {
        lock();
        try {
            checkFailure();
            boolean first = pending.isEmpty();
            try {
                pending.add(row);
            } catch (InvalidValueException e) {
                flush.checkRefusal(e);
                pending.refuse(row, e);
            }
            if (pending.isFull()) {
                // A flush that may return early is completed by the next one, for which a row with an age cannot wait.
                flush.run(pending, age == null && !plan.rule().durableRows());
            } else if (first && age != null) {
                watch(age);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Flushes what is pending and completes the task. */
    void end() {
        endTimer(false);
        checkFailure();
        try {
            if (!pending.isEmpty()) {
                flush.run(pending, false);
            }
            flush.end();
        } catch (RuntimeException | Error e) {
            flush.abandon(); // Spark calls nothing more, and a thread may still merge the flush before this one.
            throw e;
        }
    }

    /** Cancels what is being written. Called after the task has failed. */
    void abandon() {
        endTimer(true);
        flush.abandon();
    }

    /** Waits for a flush by age, unless Spark wants the task to end. */
    private void lock() {
        try {
            while (!lock.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                Interruption.check(name());
            }
        } catch (InterruptedException e) {
            throw Interruption.of(name());
        }
    }

    private void checkFailure() {
        Throwable thrown = failure;
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException refused) {
            throw refused;
        }
    }

    private void watch(Duration age) {
        if (timer == null) {
            Thread thread = new Thread(() -> flushWhenOld(age), "millrace flush into " + plan.table());
            thread.setDaemon(true);
            thread.start();
            timer = thread;
        } else {
            LockSupport.unpark(timer);
        }
    }

    private void flushWhenOld(Duration age) {
        try {
            while (!ended) {
                long nanos = flushIfOld(TimeUnit.NANOSECONDS.convert(age));
                // What a flush waits for, such as a connection, uses up the permit of endTimer.
                if (!ended) {
                    LockSupport.parkNanos(this, nanos);
                }
            }
        } catch (InterruptedException e) {
            ended = true; // By endTimer.
        } catch (RuntimeException | Error e) {
            failure = e; // The task fails with it, at its next row or at its end.
        }
    }

    /** Returns for how many nanoseconds no row will be old. */
    private long flushIfOld(long age) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!pending.isEmpty() && age <= pending.waited().toNanos()) {
                flush.run(pending, false);
            }
            return pending.isEmpty() ? Long.MAX_VALUE : age - pending.waited().toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end of the thread; cancels what it writes if {@code cancel} or if Spark wants the task to end. */
    private void endTimer(boolean cancel) {
        ended = true;
        Thread thread = timer;
        if (thread == null) {
            return;
        }
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            if (cancel || interrupted || Interruption.isAsked()) {
                thread.interrupt();
            }
            try {
                thread.join(POLL_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted && !cancel) {
            throw Interruption.of(name());
        }
    }

    private String name() {
        return "Upsert into \"" + plan.table() + "\"";
    }
}
