package io.millrace.core.internal;

import io.millrace.core.internal.spark.SparkLine;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.LogicalRDD;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that are computed once and read several times, in memory or on disk. They are kept as Spark passes them from
 * step to step: the columns of {@link Dataset#persist()} cost several times as much as reading JSON from Kafka does.
 */
public final class PersistedRows implements AutoCloseable {
    private final JavaRDD<InternalRow> copies;
    private final Dataset<Row> rows;

    private PersistedRows(JavaRDD<InternalRow> copies, Dataset<Row> rows) {
        this.copies = copies;
        this.rows = rows;
    }

    public static PersistedRows of(Dataset<Row> rows) {
        // Spark overwrites a row by the next one.
        JavaRDD<InternalRow> copies =
                internal(rows).toJavaRDD().map(InternalRow::copy).persist(StorageLevel.MEMORY_AND_DISK());
        return new PersistedRows(copies, SparkLine.rows(rows.sparkSession(), copies.rdd(), rows.schema()));
    }

    private static RDD<InternalRow> internal(Dataset<Row> rows) {
        return rows.queryExecution().analyzed() instanceof LogicalRDD batch
                ? batch.rdd() // Of foreachBatch: a plan of its own would copy each row once more.
                : rows.queryExecution().toRdd();
    }

    public Dataset<Row> rows() {
        return rows;
    }

    /** Computes all rows, whatever is read of them later. */
    public void compute() {
        copies.count();
    }

    @Override
    public void close() {
        copies.unpersist();
    }
}
