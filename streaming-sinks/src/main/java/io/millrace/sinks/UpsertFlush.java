package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of one task: upserts, deletes, and the dead letters among them. While one is merged on the server, the
 * rows of the next are sent; they are merged one after the other.
 */
final class UpsertFlush {
    private final UpsertPlan plan;
    private final Retries retries;
    private final UpsertSql.Flush table;
    private final long epoch;
    private final @Nullable String queryId;
    private boolean begun;

    /** Whether rows of the last flush were refused: then some of the next are as likely, and all would be sent in vain. */
    private boolean refuses;

    private @Nullable UnderWay underWay;
    private long arrived;
    private long written;
    private long refused;
    private int flushes;
    private long nanoseconds;

    UpsertFlush(UpsertPlan plan, @Nullable String queryId, long epoch) {
        this.queryId = queryId;
        this.plan = plan;
        this.epoch = epoch;
        this.retries = new Retries(plan.database(), plan.limits().retryFor());
        this.table = plan.sql().open();
    }

    /** Flushes what is pending, and may return while it is still being merged, if {@code more} will come. */
    void run(PendingRows pending, boolean more) {
        long start = System.nanoTime();
        begin();
        FlushRows rows = pending.take();
        arrived += rows.count();
        written += rows.keys() + rows.unfit().size();
        flush(rows, more);
        flushes++;
        nanoseconds += System.nanoTime() - start;
    }

    /** Waits for what is under way, and lets it be, where the task has failed. */
    void abandon() {
        if (underWay != null) {
            underWay.first().end();
            underWay = null;
        }
    }

    /** What the task has done so far. */
    WriteCounts figures() {
        return new WriteCounts(
                written, flushes, nanoseconds / 1_000_000, retries.retries(), retries.deadlocks(), refused);
    }

    /** Ends with what is under way, and hands on what the task has done. */
    void end() {
        long start = System.nanoTime();
        settle();
        checkShare();
        nanoseconds += System.nanoTime() - start;
        if (queryId == null) {
            plan.metrics().add(figures());
        } else {
            plan.metrics().add(queryId, epoch, figures());
        }
    }

    /** Throws if a row that cannot even be gathered must fail the task. */
    void checkRefusal(SQLException refusal) {
        if (plan.rule().deadLetters() == null) {
            throw new RefusedRowException(
                    "Cannot write a row into \"" + plan.table() + "\": " + refusal.getMessage() + ".");
        }
    }

    private void flush(FlushRows rows, boolean more) {
        keep(rows.unfit());
        UnderWay next = more || underWay != null ? begun(rows) : null;
        if (next != null && underWay != null && !underWay.first().succeeds()) {
            retries.giveUp(next.first()); // the one before is tried again first, and may need the connection
            next = null;
        }
        try {
            settle();
        } catch (RuntimeException e) {
            if (next != null) {
                retries.giveUp(next.first());
            }
            throw e;
        }
        if (next == null) {
            write(rows);
        } else {
            next.first().start("millrace merge into " + plan.table());
            underWay = next;
        }
    }

    /** What can be done before those before them are merged. */
    private @Nullable UnderWay begun(FlushRows rows) {
        if (!rows.isOneUpsert() || !table.takesTwoSteps(rows.keys())) {
            return null;
        }
        WithoutRefused work = refuses ? new WithoutRefused(rows) : null;
        EarlyTransaction first =
                work == null ? sent(rows) : retries.begin(name("Upsert into"), connection -> fenced(work::write));
        return first == null ? null : new UnderWay(rows, first, work);
    }

    /** Rows on their way to the server while those before them are still being merged. */
    private @Nullable EarlyTransaction sent(FlushRows rows) {
        return retries.begin(name("Upsert into"), connection -> {
            List<List<Row>> upserts = rows.changes(connection, table).upserts();
            UpsertSql.TwoSteps steps = table.inTwoSteps(upserts.get(0));
            steps.send(connection);
            return fenced(steps::merge);
        });
    }

    private void settle() {
        UnderWay flush = underWay;
        underWay = null;
        if (flush == null) {
            return;
        }
        if (flush.work() == null) {
            writeWhole(flush.rows(), flush.first());
        } else {
            commit(flush.work(), flush.first());
        }
    }

    private void write(FlushRows rows) {
        if (rows.keys() == 0) {
            return;
        }
        if (refuses) {
            commit(new WithoutRefused(rows), null);
        } else {
            writeWhole(rows, null);
        }
    }

    private void writeWhole(FlushRows rows, @Nullable EarlyTransaction first) {
        try {
            commit(rows, first);
        } catch (RefusedRowException e) {
            if (plan.rule().deadLetters() != null) {
                commit(new WithoutRefused(rows), null);
            } else if (table.tellMore()) {
                commit(rows, null); // runs into the same refusal again, which then says more
            } else {
                throw e;
            }
        }
    }

    /** Deletes in a transaction of their own: together with upserts, writers could wait for each other in a circle. */
    private void commit(FlushRows rows, @Nullable EarlyTransaction first) {
        if (rows.hasDeletes()) {
            commit("Delete from", connection -> rows.changes(connection, table).delete(connection, table));
        }
        retries.commit(
                name("Upsert into"),
                first,
                fenced(connection -> rows.changes(connection, table).upsert(connection, table)));
    }

    private void commit(WithoutRefused work, @Nullable EarlyTransaction first) {
        retries.commit(name("Upsert into"), first, fenced(work::write));
        refuses = !work.dead.isEmpty();
        count(work.dead.size());
    }

    private void keep(List<DeadLetter> unfit) {
        if (!unfit.isEmpty()) {
            commit("Dead letters of", connection -> deadLetters().add(connection, unfit));
            count(unfit.size());
        }
    }

    private void count(int more) {
        refused += more;
        DeadLetterRule rule = plan.rule().deadLetters();
        if (rule != null && rule.tooManyAlready(refused, arrived)) {
            throw tooMany(rule);
        }
    }

    /** The share is that of all rows of a task, which are known at its end. */
    private void checkShare() {
        DeadLetterRule rule = plan.rule().deadLetters();
        if (rule != null && rule.tooMany(refused, arrived)) {
            throw tooMany(rule);
        }
    }

    private RefusedRowException tooMany(DeadLetterRule rule) {
        return new RefusedRowException("\"" + plan.table() + "\" refuses " + refused + " of " + arrived
                + " rows, more than deadLettersAtMost(" + rule.share() + ") allows. Look at them in \"" + rule.table()
                + "\".");
    }

    private void begin() {
        Fence fence = plan.fence();
        String query = queryId;
        if (!begun && fence != null && query != null) {
            retries.commit("Fence of \"" + plan.table() + "\"", connection -> fence.advance(connection, query, epoch));
        }
        begun = true;
    }

    private DeadLetters deadLetters() {
        DeadLetterRule rule = plan.rule().deadLetters();
        if (rule == null) {
            throw new IllegalStateException("no dead letters were asked for");
        }
        return new DeadLetters(
                dialect(), rule.table(), plan.table().toString(), queryId == null ? "" : queryId, epoch, plan.schema());
    }

    private Dialect dialect() {
        return plan.database().dialect();
    }

    private void commit(String what, Retries.Transaction work) {
        retries.commit(name(what), fenced(work));
    }

    private String name(String what) {
        return what + " \"" + plan.table() + "\"";
    }

    private Retries.Transaction fenced(Retries.Transaction work) {
        Fence fence = plan.fence();
        String query = queryId;
        return connection -> {
            if (fence != null && query != null) {
                fence.hold(connection, query, epoch);
            }
            work.run(connection);
        };
    }

    /**
     * A flush whose first attempt is begun.
     *
     * @param work null if no refused rows are looked for
     */
    private record UnderWay(
            FlushRows rows,
            EarlyTransaction first,
            @Nullable WithoutRefused work) {}

    /** A flush without those rows that cannot be sent or that the table refuses, which become dead letters. */
    private final class WithoutRefused {
        private final List<DeadLetter> unfit = new ArrayList<>();
        private final List<DeadLetter> dead = new ArrayList<>();
        private final FlushInOrder rows;

        WithoutRefused(FlushRows rows) {
            // With buffers of its own: the flush before may still be merged on another thread.
            this.rows = new FlushInOrder(plan.sql().open(), rows, unfit);
        }

        void write(Connection connection) throws SQLException {
            dead.clear();
            dead.addAll(unfit);
            for (Refusal refusal : new RefusedRows(name("Upsert into"), dialect(), rows).write(connection)) {
                dead.add(rows.letter(refusal));
            }
            deadLetters().add(connection, dead);
        }
    }
}
