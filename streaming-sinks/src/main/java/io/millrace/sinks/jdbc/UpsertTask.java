package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import java.time.Duration;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task, from the first to the last flush. If rows may only wait for some time, a thread of its own
 * flushes those that have, so that they are written even if no other row arrives.
 */
final class UpsertTask {
    private final UpsertPlan plan;
    private final PendingRows pending;
    private final UpsertFlush flush;
    private final @Nullable Duration age;
    private @Nullable Thread timer;
    private boolean ended;
    private @Nullable Throwable failure;

    /** @param age how long a row may wait; null until the task ends */
    UpsertTask(UpsertPlan plan, @Nullable String queryId, long epoch, @Nullable Duration age) {
        this.plan = plan;
        this.pending = new PendingRows(plan);
        this.flush = new UpsertFlush(plan, queryId, epoch);
        this.age = age;
    }

    /** Adds a row; flushes if it is the last that the limits allow. */
    synchronized void add(Row row) {
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
    }

    /** Flushes what is pending and completes the task. */
    void end() {
        endTimer(false);
        synchronized (this) {
            checkFailure();
            if (!pending.isEmpty()) {
                flush.run(pending, false);
            }
            flush.end();
        }
    }

    /** Cancels what is being written. Called after the task has failed. */
    void abandon() {
        endTimer(true);
        synchronized (this) {
            flush.abandon();
        }
    }

    private void checkFailure() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException refused) {
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
            notifyAll();
        }
    }

    private synchronized void flushWhenOld(Duration age) {
        try {
            while (!ended) {
                long left = age.toNanos() - pending.waited().toNanos();
                if (pending.isEmpty()) {
                    wait();
                } else if (left <= 0) {
                    flush.run(pending, false);
                } else {
                    // Of zero it would wait for ever.
                    wait(left / 1_000_000, (int) (left % 1_000_000));
                }
            }
        } catch (InterruptedException e) {
            ended = true; // By endTimer.
        } catch (RuntimeException | Error e) {
            failure = e; // The task fails with it, at its next row or at its end.
        }
    }

    private void endTimer(boolean interrupt) {
        Thread thread;
        synchronized (this) {
            ended = true;
            notifyAll();
            thread = timer;
        }
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            if (interrupt || interrupted) {
                thread.interrupt();
            }
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
