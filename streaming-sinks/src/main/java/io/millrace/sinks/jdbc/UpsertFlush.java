package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.SqlAction;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Runs the transactions of one task: upserts, deletes and dead letters. While the server merges one flush, the rows of
 * the next are sent. Flushes are merged one after the other.
 */
final class UpsertFlush {
    private final UpsertPlan plan;
    private final Retries retries;
    private final UpsertSql.Flush table;
    private final long epoch;
    private final @Nullable String queryId;
    private final Admission admission;

    /**
     * Whether rows of the last flush were refused: then some of the next probably are too, and a single merge would
     * fail.
     */
    private boolean lastWasRefused;

    private @Nullable InFlight inFlight;
    private long arrived;
    private long written;
    private long refused;
    private int flushes;
    private long nanoseconds;

    UpsertFlush(UpsertPlan plan, @Nullable String queryId, long epoch) {
        this(plan, queryId, epoch, admission(plan, queryId, epoch));
    }

    UpsertFlush(UpsertPlan plan, @Nullable String queryId, long epoch, Admission admission) {
        this.queryId = queryId;
        this.admission = admission;
        this.plan = plan;
        this.epoch = epoch;
        this.retries = new Retries(plan.database(), plan.limits().retryFor());
        this.table = plan.sql().open();
    }

    /** Shuts out the predecessors of the task. The first flush does it otherwise. */
    void begin() {
        if (!admission.isBegun()) {
            retries.commit(name("Fence of"), admission::begin);
        }
    }

    /** Flushes the pending rows; may return while the server still merges them, if {@code more} rows will arrive. */
    void run(PendingRows pending, boolean more) {
        long start = System.nanoTime();
        begin();
        FlushRows rows = pending.take();
        arrived += rows.count();
        written += rows.keys() + rows.invalid().size();
        flush(rows, more);
        flushes++;
        nanoseconds += System.nanoTime() - start;
    }

    /** Cancels the flush that is being merged and waits for its end. Called after the task has failed. */
    void abandon() {
        if (inFlight != null) {
            retries.cancel(inFlight.early());
            inFlight = null;
        }
    }

    /** Returns the counts of the task so far. */
    WriteCounts counts() {
        return WriteCounts.written(written, flushes, nanoseconds / 1_000_000)
                .plus(retries.counts())
                .plus(WriteCounts.refused(refused));
    }

    /** Completes the flush that is being merged, and reports the counts of the task. */
    void end() {
        long start = System.nanoTime();
        settle();
        checkShare();
        nanoseconds += System.nanoTime() - start;
        if (queryId == null) {
            plan.metrics().add(counts());
        } else {
            plan.metrics().add(queryId, epoch, counts());
        }
    }

    /** Throws if an invalid row must fail the task. */
    void checkRefusal(SQLException refusal) {
        if (plan.rule().deadLetters() == null) {
            throw new RefusedRowException(
                    "Cannot write a row into \"" + plan.table() + "\": " + refusal.getMessage() + ".");
        }
    }

    private void flush(FlushRows rows, boolean more) {
        keep(rows.invalid());
        InFlight next = more || inFlight != null ? begin(rows) : null;
        if (next != null && inFlight != null) {
            EarlyTransaction.Outcome previous = inFlight.early().await();
            if (!previous.isCommitted()) {
                retries.giveUp(next.early()); // the previous flush must be retried first, and may need the connection
                next = null;
            }
        }
        try {
            settle();
        } catch (RuntimeException e) {
            if (next != null) {
                retries.giveUp(next.early());
            }
            throw e;
        }
        if (next == null) {
            write(rows);
        } else {
            next.early().start("millrace merge into " + plan.table());
            inFlight = next;
        }
    }

    /** Begins a flush before the previous one is merged; null if that is not possible. */
    private @Nullable InFlight begin(FlushRows rows) {
        if (!rows.isOneUpsert() || !table.takesTwoSteps(rows.keys())) {
            return null;
        }
        WithoutRefused work = lastWasRefused ? new WithoutRefused(rows) : null;
        EarlyTransaction early =
                work == null ? sent(rows) : retries.begin(name("Upsert into"), connection -> fenced(work::write));
        return early == null ? null : new InFlight(rows, early, work);
    }

    /** Sends rows to the server while the previous ones are still being merged. */
    private @Nullable EarlyTransaction sent(FlushRows rows) {
        return retries.begin(name("Upsert into"), connection -> {
            List<List<Row>> upserts = rows.changes(connection, table).upserts();
            UpsertSql.TwoSteps steps = table.inTwoSteps(upserts.get(0));
            steps.send(connection);
            return fenced(steps::merge);
        });
    }

    /** Completes the flush that is being merged, with retries if its first attempt has failed. */
    private void settle() {
        InFlight flush = inFlight;
        inFlight = null;
        if (flush == null) {
            return;
        }
        if (flush.work() == null) {
            writeWhole(flush.rows(), flush.early());
        } else {
            commit(flush.work(), flush.early());
        }
    }

    private void write(FlushRows rows) {
        if (rows.keys() == 0) {
            return;
        }
        if (lastWasRefused) {
            commit(new WithoutRefused(rows), null);
        } else {
            writeWhole(rows, null);
        }
    }

    private void writeWhole(FlushRows rows, @Nullable EarlyTransaction early) {
        try {
            commit(rows, early);
        } catch (RefusedRowException e) {
            if (plan.rule().deadLetters() != null) {
                commit(new WithoutRefused(rows), null);
            } else if (table.nameColumns()) {
                commit(rows, null); // either the table accepts the rows now, or the error names the column
            } else {
                throw e;
            }
        }
    }

    /** Deletes in a transaction of their own: in one with upserts, writers could deadlock. */
    private void commit(FlushRows rows, @Nullable EarlyTransaction early) {
        if (rows.hasDeletes()) {
            commit("Delete from", connection -> rows.changes(connection, table).delete(connection, table));
        }
        retries.commit(
                name("Upsert into"),
                early,
                fenced(connection -> rows.changes(connection, table).upsert(connection, table)));
    }

    private void commit(WithoutRefused work, @Nullable EarlyTransaction early) {
        retries.commit(name("Upsert into"), early, fenced(work::write));
        lastWasRefused = !work.dead.isEmpty();
        count(work.dead.size());
    }

    private void keep(List<DeadLetter> invalid) {
        if (!invalid.isEmpty()) {
            commit("Dead letters of", connection -> deadLetters().add(connection, invalid));
            count(invalid.size());
        }
    }

    private void count(int more) {
        refused += more;
        DeadLetterRule rule = plan.rule().deadLetters();
        if (rule != null && rule.tooManyAlready(refused, arrived)) {
            throw tooMany(rule);
        }
    }

    /** Checks the share of dead letters among all rows of the task, which are known at its end. */
    private void checkShare() {
        DeadLetterRule rule = plan.rule().deadLetters();
        if (rule != null && rule.tooMany(refused, arrived)) {
            throw tooMany(rule);
        }
    }

    private RefusedRowException tooMany(DeadLetterRule rule) {
        return new RefusedRowException("\"" + plan.table() + "\" refuses " + refused + " of " + arrived
                + " rows, more than deadLettersAtMost(" + rule.share() + ") allows. Inspect them in " + rule.place()
                + ".");
    }

    private KeptLetters deadLetters() {
        DeadLetterRule rule = plan.rule().deadLetters();
        if (rule == null) {
            throw new IllegalStateException("the sink has no dead letters");
        }
        return rule.letters(
                dialect(),
                plan.table().toString(),
                queryId == null ? "" : queryId,
                epoch,
                plan.schema(),
                plan.rule().keys());
    }

    private Dialect dialect() {
        return plan.database().dialect();
    }

    private void commit(String what, SqlAction work) {
        retries.commit(name(what), fenced(work));
    }

    private String name(String what) {
        return what + " \"" + plan.table() + "\"";
    }

    private SqlAction fenced(SqlAction work) {
        return connection -> {
            admission.hold(connection);
            work.run(connection);
        };
    }

    private static Admission admission(UpsertPlan plan, @Nullable String queryId, long epoch) {
        Fence fence = plan.fence();
        return fence == null || queryId == null ? Admission.UNFENCED : Admission.ofBatch(fence, queryId, epoch);
    }

    /**
     * A flush whose first attempt has begun.
     *
     * @param work null if the flush is written whole
     */
    private record InFlight(
            FlushRows rows,
            EarlyTransaction early,
            @Nullable WithoutRefused work) {}

    /** A flush whose rows that cannot be sent or that the table refuses become dead letters. */
    private final class WithoutRefused {
        private final List<DeadLetter> invalid = new ArrayList<>();
        private final List<DeadLetter> dead = new ArrayList<>();
        private final FlushInOrder rows;

        WithoutRefused(FlushRows rows) {
            // It has its own buffers, since another thread may still merge the previous flush.
            this.rows = new FlushInOrder(plan.sql().open(), rows, invalid);
        }

        void write(Connection connection) throws SQLException {
            dead.clear();
            dead.addAll(invalid);
            for (Refusal refusal : new RefusedRows(name("Upsert into"), dialect(), rows).write(connection)) {
                dead.add(rows.letter(refusal));
            }
            deadLetters().add(connection, dead);
        }
    }
}
