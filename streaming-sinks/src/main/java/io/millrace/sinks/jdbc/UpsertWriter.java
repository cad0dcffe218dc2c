package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryProperties;
import java.io.Serial;
import java.time.Duration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a task by key. Each task has a copy. */
final class UpsertWriter extends ForeachWriter<Row> {
    @Serial
    private static final long serialVersionUID = 1L;

    /** How long a row may wait in real-time mode, in which a task lasts for minutes, if the sink does not set it. */
    private static final Duration REAL_TIME = Duration.ofMillis(5);

    private final UpsertPlan plan;
    private transient @Nullable UpsertTask rows;

    /** The admission of a continuous task, which opens the writer for each epoch. */
    private transient @Nullable Admission ofRun;

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
        Duration age = plan.limits().age();
        if (age == null && task != null && QueryProperties.isRealTime(task)) {
            age = REAL_TIME;
        }
        UpsertFlush flush = flush(task, epoch);
        rows = new UpsertTask(plan, flush, age);
        return true;
    }

    private UpsertFlush flush(@Nullable TaskContext task, long epoch) {
        String queryId = task == null ? null : QueryProperties.queryId(task);
        Fence fence = plan.fence();
        if (task == null || queryId == null || fence == null || !QueryProperties.isContinuous(task)) {
            return new UpsertFlush(plan, queryId, epoch);
        }
        Admission admission = ofRun;
        if (admission == null) {
            admission = Admission.ofRun(new ContinuousFence(
                    fence, queryId, QueryProperties.continuousRun(task), QueryProperties.firstEpoch(task)));
            ofRun = admission;
        }
        UpsertFlush flush = new UpsertFlush(plan, queryId, epoch, admission);
        flush.begin(); // not at the first row, which may come late or never
        return flush;
    }

    @Override
    public void process(Row row) {
        UpsertTask opened = rows;
        if (opened == null) {
            throw new IllegalStateException("process was called before open");
        }
        opened.add(row);
    }

    @Override
    public void close(@Nullable Throwable error) {
        UpsertTask opened = rows;
        rows = null;
        if (opened == null) {
            return;
        }
        if (error == null) {
            opened.end();
        } else {
            opened.abandon();
        }
    }
}
