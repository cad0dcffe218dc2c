package io.millrace.sinks.jdbc;

import io.millrace.core.BatchSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Writes the rows of each value into its table. */
interface RoutedTables {
    /** Whether an earlier run has written the batch, so that it must not be written again. */
    boolean isFinished(Dataset<Row> batch, long batchId);

    /** @param rows those of each value that occurs, before the steps of its table */
    void write(Map<String, Dataset<Row>> rows, Dataset<Row> batch, long batchId) throws Exception;

    /** Upserts, one after the other: a batch that fails in between is written again to all. */
    static RoutedTables upserts(Map<String, BatchSink> tables, Dataset<Row> stream) {
        Map<String, VoidFunction2<Dataset<Row>, Long>> writers = new LinkedHashMap<>();
        tables.forEach((value, sink) -> writers.put(value, sink.batchesOf(stream)));
        return new RoutedTables() {
            @Override
            public boolean isFinished(Dataset<Row> batch, long batchId) {
                return false;
            }

            @Override
            public void write(Map<String, Dataset<Row>> rows, Dataset<Row> batch, long batchId) throws Exception {
                for (Map.Entry<String, Dataset<Row>> ofValue : rows.entrySet()) {
                    writers.get(ofValue.getKey()).call(ofValue.getValue(), batchId);
                }
            }
        };
    }

    /** One transaction for all tables. */
    static RoutedTables exactlyOnce(Map<String, BatchSink> tables, Dataset<Row> stream, FlushLimits limits) {
        Map<String, ExactlyOncePlan> plans = new LinkedHashMap<>();
        tables.forEach((value, sink) -> plans.put(
                value,
                ((JdbcExactlyOnce) TableBranch.tableOf(sink).orElseThrow())
                        .plan(TableBranch.rowsOf(sink, stream).schema())));
        return new RoutedTables() {
            @Override
            public boolean isFinished(Dataset<Row> batch, long batchId) {
                JointBatch joint = joint(batch, batchId);
                if (joint.isFinished()) {
                    joint.skip();
                    return true;
                }
                return false;
            }

            @Override
            public void write(Map<String, Dataset<Row>> rows, Dataset<Row> batch, long batchId) throws Exception {
                List<JointBatch.Part> parts = new ArrayList<>();
                rows.forEach((value, ofValue) -> parts.add(new JointBatch.Part(
                        plans.get(value),
                        TableBranch.rowsOf(tables.get(value), ofValue).javaRDD())));
                joint(batch, batchId).write(parts);
            }

            private JointBatch joint(Dataset<Row> batch, long batchId) {
                List<ExactlyOncePlan> all = List.copyOf(plans.values());
                return new JointBatch(all, limits, ExactlyOnceWriter.queryId(batch, all.get(0)), batchId);
            }
        };
    }
}
