package io.millrace.benchmarks;

import io.millrace.core.MemoryInput;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** A test without the testkit: Spark's MemoryStream, processAllAvailable and the memory sink. */
final class PlainSparkBatches implements BatchRunner {
    private final SparkSession spark;
    private int queries;

    private PlainSparkBatches(String master, Map<String, String> settings) {
        SparkSession.Builder builder = SparkSession.builder().master(master).appName("plain");
        settings.forEach(builder::config);
        spark = builder.getOrCreate();
    }

    static BatchRunner withDefaults() {
        return new PlainSparkBatches("local[*]", Map.of());
    }

    /** Uses the settings that guides to testing Spark recommend. */
    static BatchRunner withOnePartition() {
        return new PlainSparkBatches(
                "local[1]", Map.of("spark.sql.shuffle.partitions", "1", "spark.ui.enabled", "false"));
    }

    @Override
    public Steps start(BatchScenario scenario) throws Exception {
        MemoryInput<Row> input = new MemoryInput<>(spark, Encoders.row(BatchScenario.COLUMNS));
        StreamingQuery query = scenario.query(input.toDF())
                .writeStream()
                .format("memory")
                .queryName("result" + ++queries)
                .outputMode("append")
                .start();
        return new Steps() {
            private long expected;

            @Override
            public void step(List<Row> rows) {
                input.add(rows);
                query.processAllAvailable();
                expected += scenario.batchesPerStep();
                long ran = query.lastProgress().batchId() + 1;
                // Idle progress has the ID of the next batch.
                if (ran < expected || ran > expected + 1) {
                    throw new IllegalStateException(ran + " batches ran, not " + expected);
                }
            }

            @Override
            public void close() throws TimeoutException {
                query.stop();
            }
        };
    }

    @Override
    public void close() {
        spark.stop();
    }
}
