package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryProperties;
import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import java.io.Serial;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Gathers the rows of a task by key and flushes them in transactions. Each task has a copy. */
final class UpsertWriter extends ForeachWriter<Row> {
    @Serial
    private static final long serialVersionUID = 1L;

    private final UpsertPlan plan;
    private transient @Nullable PendingRows pending;
    private transient @Nullable UpsertFlush flush;

    UpsertWriter(UpsertPlan plan) {
        this.plan = plan;
    }

    @Override
    public boolean open(long partition, long epoch) {
        TaskContext task = TaskContext.get();
        if (task != null && QueryProperties.isContinuous(task) && !plan.rule().durableRows()) {
            throw new IllegalStateException("Cannot write into \"" + plan.table()
                    + "\" with a continuous trigger: Spark commits an epoch before the last rows are flushed. Use a"
                    + " micro-batch trigger, or durableRows().");
        }
        pending = new PendingRows(plan);
        flush = new UpsertFlush(plan, task == null ? null : QueryProperties.queryId(task), epoch);
        return true;
    }

    @Override
    public void process(Row row) {
        PendingRows rows = opened(pending);
        try {
            rows.add(row);
        } catch (InvalidValueException e) {
            opened(flush).checkRefusal(e);
            rows.refuse(row, e);
        }
        if (rows.isFull()) {
            opened(flush).run(rows, !plan.rule().durableRows());
        }
    }

    @Override
    public void close(@Nullable Throwable error) {
        PendingRows rows = pending;
        pending = null;
        if (rows == null) {
            return;
        }
        if (error == null) {
            if (!rows.isEmpty()) {
                opened(flush).run(rows, false);
            }
            opened(flush).end();
        } else {
            opened(flush).abandon();
        }
    }

    private static <T> T opened(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("process was called before open");
        }
        return part;
    }
}
