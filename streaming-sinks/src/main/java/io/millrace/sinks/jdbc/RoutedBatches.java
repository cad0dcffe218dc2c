package io.millrace.sinks.jdbc;

import io.millrace.core.internal.FailureKind;
import io.millrace.core.internal.PersistedRows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.jspecify.annotations.Nullable;

/** Writes the batches of one query into the tables of their values: each is computed once and then split. */
final class RoutedBatches {
    private final RoutedRows routed;
    private final RoutedTables tables;
    private final @Nullable VoidFunction2<Dataset<Row>, Long> others;

    /** @param others writes the rows that no table is named for; if null, they fail the batch */
    RoutedBatches(RoutedRows routed, RoutedTables tables, @Nullable VoidFunction2<Dataset<Row>, Long> others) {
        this.routed = routed;
        this.tables = tables;
        this.others = others;
    }

    void write(Dataset<Row> rows, long batchId) throws Exception {
        if (tables.isFinished(rows, batchId)) {
            rows.write().format("noop").mode(SaveMode.Overwrite).save(); // Spark needs the state of the batch.
            return;
        }
        try (PersistedRows persisted = PersistedRows.of(rows)) {
            Dataset<Row> batch = persisted.rows();
            RoutedRows.Counts counts = routed.count(batch);
            writeOthers(batch, counts, batchId);
            Map<String, Dataset<Row>> ofValues = new LinkedHashMap<>();
            counts.nonEmpty().forEach(value -> ofValues.put(value, routed.of(value, batch)));
            tables.write(ofValues, batch, batchId);
        }
    }

    private void writeOthers(Dataset<Row> batch, RoutedRows.Counts counts, long batchId) throws Exception {
        if (others != null) {
            others.call(
                    counts.others() > 0
                            ? routed.others(batch)
                            : batch.sparkSession().createDataFrame(List.of(), batch.schema()),
                    batchId);
        } else if (counts.others() > 0) {
            throw new SinkFailure(
                    "Batch " + batchId + ": tableFrom(\"" + routed.column() + "\", ...) names no table for "
                            + counts.others() + (counts.others() == 1 ? " row" : " rows") + " of it, of which "
                            + counts.nulls() + " have no value in this column. Nothing of the batch is written. Name a"
                            + " table for each value, or a sink for the other rows by others(...).",
                    FailureKind.ROW_REFUSED);
        }
    }
}
