package io.millrace.core.internal;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;

/** Batches that are known to have no rows before a job runs, such as those of a branch without rows. */
public final class EmptyRows {
    private EmptyRows() {}

    /** Whether {@code rows} are known to be none. */
    public static boolean are(Dataset<Row> rows) {
        return rows.queryExecution().optimizedPlan() instanceof LocalRelation local
                && local.data().isEmpty();
    }
}
