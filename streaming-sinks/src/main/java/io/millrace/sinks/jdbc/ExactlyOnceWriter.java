package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryProperties;
import java.io.Serial;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Writes each micro-batch exactly once. */
final class ExactlyOnceWriter implements VoidFunction2<Dataset<Row>, Long> {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ExactlyOncePlan plan;

    ExactlyOnceWriter(ExactlyOncePlan plan) {
        this.plan = plan;
    }

    @Override
    public void call(Dataset<Row> rows, Long batch) throws Exception {
        new ExactlyOnceBatch(plan, queryId(rows, plan), batch).write(rows.javaRDD());
    }

    /** The id of the query whose batch the rows are. */
    static String queryId(Dataset<Row> rows, ExactlyOncePlan plan) {
        String queryId = QueryProperties.queryId(rows.sparkSession().sparkContext());
        if (queryId == null) {
            throw new IllegalStateException("The ledger of \"" + plan.table()
                    + "\" needs the id of a streaming query, and there is none:"
                    + " call this writer from foreachBatch only.");
        }
        return queryId;
    }
}
