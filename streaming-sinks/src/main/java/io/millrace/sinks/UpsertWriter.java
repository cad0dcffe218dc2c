package io.millrace.sinks;

import java.io.Serial;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Gathers the rows of a task by key and flushes them in transactions of their own; each task has its own copy. */
final class UpsertWriter extends ForeachWriter<Row> {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Set by Spark's continuous mode, which commits an epoch before it closes the writer. */
    private static final String CONTINUOUS = "__epoch_coordinator_id";

    private final UpsertPlan plan;
    private transient @Nullable PendingRows pending;

    UpsertWriter(UpsertPlan plan) {
        this.plan = plan;
    }

    @Override
    public boolean open(long partition, long epoch) {
        TaskContext task = TaskContext.get();
        if (task != null && task.getLocalProperty(CONTINUOUS) != null) {
            throw new IllegalStateException("Cannot upsert into \"" + plan.table()
                    + "\" with a continuous trigger: Spark commits an epoch before the last rows are flushed. Use a"
                    + " micro-batch trigger.");
        }
        pending = new PendingRows(plan);
        return true;
    }

    @Override
    public void process(Row row) {
        PendingRows rows = opened();
        rows.add(row);
        if (rows.full()) {
            flush(rows);
        }
    }

    @Override
    public void close(@Nullable Throwable error) {
        PendingRows rows = pending;
        pending = null;
        if (error == null && rows != null) {
            flush(rows);
        }
    }

    private void flush(PendingRows rows) {
        if (rows.isEmpty()) {
            return;
        }
        new Retries(plan.database(), plan.limits().retryFor())
                .commit(
                        "Upsert into \"" + plan.table() + "\"",
                        connection -> PostgresUpsert.merge(connection, plan, rows.rows()));
        rows.clear();
    }

    private PendingRows opened() {
        if (pending == null) {
            throw new IllegalStateException("process was called before open");
        }
        return pending;
    }
}
