package io.millrace.benchmarks;

import io.millrace.sinks.Sinks;
import java.sql.Timestamp;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Measures the peak live heap of the upsert writer, with a source that keeps nothing in memory. */
final class WriterHeap {
    private static final StructType SCHEMA =
            StructType.fromDDL("id BIGINT, name STRING, amount BIGINT, at TIMESTAMP, score DOUBLE, doc STRING");
    /** Does not divide the flush size, so that samples are taken at different fill levels of the buffers. */
    private static final long SAMPLE_INTERVAL = 33_333;

    private WriterHeap() {}

    static long peakBytes(PostgresTable database, long rows) throws Exception {
        database.recreate(true);
        ForeachWriter<Row> writer =
                Sinks.jdbc(database.database()).table("bench").upsertOn("id").writer(SCHEMA);
        long before = live();
        long peak = 1; // a ratio needs a positive number
        long interval = Math.min(SAMPLE_INTERVAL, rows / 2 - 1);
        writer.open(0, 0);
        for (long id = 0; id < rows; id++) {
            writer.process(row(id));
            if (id % interval == interval - 1) {
                peak = Math.max(peak, live() - before);
            }
        }
        writer.close(null);
        database.requireRows(rows);
        return peak;
    }

    private static Row row(long id) {
        return RowFactory.create(
                id,
                "customer " + (id + 1_000_000_000),
                id,
                new Timestamp(1_767_225_600_000L + id),
                id / 7.0,
                "{\"sku\": \"A-" + (id + 1_000_000_000) + "\", \"tags\": [\"new\", \"sale\"], \"price\": "
                        + (id % 1_000 + 1_000) + ", \"v\": 1, \"x\": true}");
    }

    private static long live() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
