package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
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
    private @Nullable EarlyTransaction merging;
    private List<Row> merged = List.of();
    private long seen;
    private long refused;
    private int flushes;
    private long nanoseconds;

    UpsertFlush(UpsertPlan plan, @Nullable String queryId, long epoch) {
        this.queryId = queryId;
        this.plan = plan;
        this.epoch = epoch;
        this.retries =
                new Retries(plan.target().database(), plan.target().limits().retryFor());
        this.table = plan.sql().open();
    }

    /** Flushes, and may return while the rows are still being merged, if {@code more} will come. */
    void run(PendingRows pending, boolean more) {
        long start = System.nanoTime();
        begin();
        flush(pending.upserts(), pending.deletes(), more);
        flushes++;
        nanoseconds += System.nanoTime() - start;
    }

    /** Waits for what is under way, and lets it be, where the task has failed. */
    void abandon() {
        if (merging != null) {
            merging.succeeds();
            merging = null;
        }
    }

    /** What the task has done so far. */
    Figures figures() {
        return new Figures(seen, flushes, nanoseconds / 1_000_000, retries.retries(), retries.deadlocks(), refused);
    }

    /** Ends with what is under way, and hands on what the task has done. */
    void end() {
        long start = System.nanoTime();
        settle();
        nanoseconds += System.nanoTime() - start;
        if (queryId == null) {
            plan.metrics().add(figures());
        } else {
            plan.metrics().add(queryId, epoch, figures());
        }
    }

    private void flush(List<Row> upserts, List<Row> deletes, boolean more) {
        EarlyTransaction next = deletes.isEmpty() && (more || merging != null) ? sent(upserts) : null;
        if (next != null && merging != null && !merging.succeeds()) {
            retries.giveUp(next); // the one before is tried again first, and may need the connection
            next = null;
        }
        settle();
        if (next == null) {
            write(upserts, deletes);
        } else {
            next.start("millrace merge into " + plan.table());
            merging = next;
            merged = upserts;
        }
    }

    /** Rows on their way to the server while those before them are still being merged. */
    private @Nullable EarlyTransaction sent(List<Row> upserts) {
        UpsertSql.TwoSteps steps = table.inTwoSteps(upserts);
        return steps == null ? null : retries.begin(name("Upsert into"), steps::send, fenced(steps::merge));
    }

    private void settle() {
        EarlyTransaction first = merging;
        merging = null;
        if (first != null) {
            upsert(merged, first);
        }
    }

    private void write(List<Row> upserts, List<Row> deletes) {
        if (!upserts.isEmpty()) {
            upsert(upserts, null);
        }
        if (!deletes.isEmpty()) {
            seen += deletes.size();
            commit("Delete from", connection -> table.delete(connection, deletes));
        }
    }

    /** A row that cannot even be gathered: into the dead letters, or the task fails. */
    void refuse(Row row, SQLException refusal) {
        begin();
        seen++;
        if (plan.rule().deadLetters() == null) {
            throw new RefusedRowException(
                    "Cannot write a row into \"" + plan.table() + "\": " + refusal.getMessage() + ".");
        }
        commit("Dead letter of", connection -> deadLetters().add(connection, row, refusal));
        count(1);
    }

    private void begin() {
        Fence fence = plan.fence();
        String query = queryId;
        if (!begun && fence != null && query != null) {
            retries.commit("Fence of \"" + plan.table() + "\"", connection -> fence.advance(connection, query, epoch));
        }
        begun = true;
    }

    private void upsert(List<Row> upserts, @Nullable EarlyTransaction first) {
        seen += upserts.size();
        try {
            retries.commit(name("Upsert into"), first, fenced(connection -> table.upsert(connection, upserts)));
        } catch (RefusedRowException e) {
            if (plan.rule().deadLetters() == null) {
                tellMore(upserts);
                throw e;
            }
            List<Integer> dead = new ArrayList<>();
            commit("Upsert into", connection -> {
                dead.clear();
                sift(connection, fit(connection, upserts, dead), dead);
            });
            count(dead.size());
        }
    }

    /** Runs into the same refusal again, where that says more. */
    private void tellMore(List<Row> refused) {
        if (table.tellMore()) {
            commit("Upsert into", connection -> table.upsert(connection, refused));
        }
    }

    /** The rows that can be sent; the others are dead letters already. */
    private List<Row> fit(Connection connection, List<Row> upserts, List<Integer> dead) throws SQLException {
        List<Row> fit = new ArrayList<>();
        for (Row row : upserts) {
            try {
                table.check(row);
                fit.add(row);
            } catch (UnfitValueException e) {
                deadLetters().add(connection, row, e);
                dead.add(1);
            }
        }
        return fit;
    }

    /** Halves what is refused until single rows are left: those are the dead letters, all in one transaction. */
    private void sift(Connection connection, List<Row> part, List<Integer> dead) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            table.upsert(connection, part);
            connection.releaseSavepoint(before);
            table.again(connection);
        } catch (SQLException e) {
            if (dialect().faults().of(e) != SqlFault.ROW) {
                throw e;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            if (part.size() == 1) {
                deadLetters().add(connection, part.get(0), e);
                dead.add(1);
                return;
            }
            sift(connection, part.subList(0, part.size() / 2), dead);
            sift(connection, part.subList(part.size() / 2, part.size()), dead);
        }
    }

    private void count(int more) {
        refused += more;
        DeadLetterRule rule = plan.rule().deadLetters();
        if (rule != null && rule.tooMany(refused, seen)) {
            throw new RefusedRowException("\"" + plan.table() + "\" refuses " + refused + " of " + seen
                    + " rows, more than deadLettersAtMost(" + rule.share() + ") allows. Look at them in \""
                    + rule.table() + "\".");
        }
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
        return plan.target().database().dialect();
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
}
