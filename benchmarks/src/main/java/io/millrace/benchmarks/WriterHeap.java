package io.millrace.benchmarks;

import io.millrace.sinks.Sinks;
import java.sql.Timestamp;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The live heap that the upsert writer holds at its peak, with a source that holds nothing. */
final class WriterHeap {
    private static final StructType SCHEMA =
            StructType.fromDDL("id BIGINT, name STRING, amount BIGINT, at TIMESTAMP, score DOUBLE, doc STRING");
    /** Not a divisor of the flush size, so that buffers are met at every filling. */
    private static final long SAMPLE_EVERY = 33_333;

    private WriterHeap() {}

    static long peakBytes(BenchDatabase database, long rows) throws Exception {
        database.fresh(true);
        ForeachWriter<Row> writer =
                Sinks.jdbc(database.database()).table("bench").upsertOn("id").writer(SCHEMA);
        long before = live();
        long peak = 0;
        writer.open(0, 0);
        for (long id = 0; id < rows; id++) {
            writer.process(row(id));
            if (id % SAMPLE_EVERY == SAMPLE_EVERY - 1) {
                peak = Math.max(peak, live() - before);
            }
        }
        writer.close(null);
        database.holds(rows);
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
