package io.millrace.core.internal;

import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;

/** Runs a writer over a batch the way Spark runs it over a stream. */
public final class ForeachPartitions {
    private ForeachPartitions() {}

    /** Writes each partition of a batch with a copy of the writer. */
    public static void write(Dataset<Row> rows, long batchId, ForeachWriter<Row> writer) {
        if (EmptyRows.are(rows)) {
            return;
        }
        rows.foreachPartition((ForeachPartitionFunction<Row>) partition -> {
            boolean opened = writer.open(TaskContext.getPartitionId(), batchId);
            Throwable fault = null;
            try {
                while (partition.hasNext()) { // To the end, as Spark needs the state of the batch.
                    Row row = partition.next();
                    if (opened) {
                        writer.process(row);
                    }
                }
            } catch (Throwable e) {
                fault = e;
                throw e;
            } finally {
                writer.close(fault);
            }
        });
    }
}
