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

    /**
     * Writes a batch.
     *
     * @param rows those of each value that occurs, before the steps of its table
     */
    void write(Map<String, Dataset<Row>> rows, Dataset<Row> batch, long batchId) throws Exception;

    /** Upserts, one after the other: a batch that fails in between is written again to all. */
    static RoutedTables upserts(Map<String, BatchSink> tables, Dataset<Row> stream) {
        Map<String, VoidFunction2<Dataset<Row>, Long>> writers = new LinkedHashMap<>();
        tables.forEach((value, sink) -> writers.put(value, sink.batchesOf(stream)));
        return new Upserts(writers);
    }

    /** One transaction for all tables. */
    static RoutedTables exactlyOnce(Map<String, BatchSink> tables, Dataset<Row> stream, FlushLimits limits) {
        List<ExactTable> all = new ArrayList<>();
        tables.forEach((value, sink) -> all.add(new ExactTable(value, sink, plan(sink, stream))));
        return new Joint(all, limits);
    }

    private static ExactlyOncePlan plan(BatchSink sink, Dataset<Row> stream) {
        JdbcExactlyOnce table = (JdbcExactlyOnce) TableBranch.tableOf(sink).orElseThrow();
        return table.plan(TableBranch.rowsOf(sink, stream).schema());
    }

    /** Upserts of each value. */
    record Upserts(Map<String, VoidFunction2<Dataset<Row>, Long>> writers) implements RoutedTables {
        @Override
        public boolean isFinished(Dataset<Row> batch, long batchId) {
            return false;
        }

        @Override
        public void write(Map<String, Dataset<Row>> rows, Dataset<Row> batch, long batchId) throws Exception {
            for (var writer : writers.entrySet()) {
                Dataset<Row> ofValue = rows.get(writer.getKey());
                if (ofValue != null) {
                    writer.getValue().call(ofValue, batchId);
                }
            }
        }
    }

    /** The table of a value, which is written exactly once. */
    record ExactTable(String value, BatchSink sink, ExactlyOncePlan plan) {}

    /** Tables that are written in one transaction. */
    record Joint(List<ExactTable> tables, FlushLimits limits) implements RoutedTables {
        @Override
        public boolean isFinished(Dataset<Row> batch, long batchId) {
            JointBatch joint = of(batch, batchId);
            boolean finished = joint.isFinished();
            if (finished) {
                joint.skip();
            }
            return finished;
        }

        @Override
        public void write(Map<String, Dataset<Row>> rows, Dataset<Row> batch, long batchId) throws Exception {
            List<JointBatch.Part> parts = new ArrayList<>();
            for (ExactTable table : tables) {
                Dataset<Row> ofValue = rows.get(table.value());
                if (ofValue != null) {
                    parts.add(new JointBatch.Part(
                            table.plan(),
                            TableBranch.rowsOf(table.sink(), ofValue).javaRDD()));
                }
            }
            of(batch, batchId).write(parts);
        }

        private JointBatch of(Dataset<Row> batch, long batchId) {
            List<ExactlyOncePlan> plans = tables.stream().map(ExactTable::plan).toList();
            return new JointBatch(plans, limits, ExactlyOnceWriter.queryId(batch, plans.get(0)), batchId);
        }
    }
}
