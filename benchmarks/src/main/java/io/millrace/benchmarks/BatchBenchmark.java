package io.millrace.benchmarks;

import io.millrace.core.internal.spark.CheckpointManager;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Measures the fixed cost of a micro-batch: the whole job with 400 hits in each batch, by the parts that Spark reports.
 */
final class BatchBenchmark implements Benchmark {
    private static final String TOPIC = "hits";
    private static final String OURS = "Millrace";
    private static final String GOOD = "by hand";
    private static final String GOOD_WITHOUT_FORKS = "by hand, without forks";
    private static final List<String> CONTENDERS = List.of(OURS, GOOD, GOOD_WITHOUT_FORKS);

    @Override
    public String run(Scale scale) throws Exception {
        int rowsPerBatch = scale.of(400, 40);
        int count = scale.of(60, 2);
        int rounds = scale.of(3, 0);
        try (SparkSession spark = JobBenchmark.session("local[2]");
                TestKafka kafka = TestKafka.start();
                HitTables tables = new HitTables()) {
            Hits.ofJob().send(kafka, TOPIC, (long) count * rowsPerBatch);
            System.out.printf(
                    Locale.ROOT,
                    "Spark %s, %d batches of %d hits, %d rounds after one to warm up%n",
                    spark.version(),
                    count,
                    rowsPerBatch,
                    rounds);
            DurationTable table = new DurationTable();
            for (int round = 0; round <= rounds; round++) {
                table = round <= 1 ? new DurationTable() : table;
                List<String> names = new ArrayList<>(CONTENDERS);
                Collections.rotate(names, round - 1);
                for (String name : names) {
                    tables.recreate();
                    StreamingQuery query =
                            job(kafka, tables, name, rowsPerBatch).start(spark, Files.createTempDirectory("batch"));
                    query.awaitTermination();
                    table.add(name, query);
                    tables.requireCounts(Hits.ofJob().counts((long) count * rowsPerBatch));
                }
            }
            table.print();
            return "batch.ms=" + table.milliseconds(OURS)
                    + " batch.vs_good=" + table.ratio(OURS, GOOD)
                    + " batch.vs_good_without_forks=" + table.ratio(OURS, GOOD_WITHOUT_FORKS);
        }
    }

    private static JobRun.Job job(TestKafka kafka, HitTables tables, String name, int rowsPerBatch) {
        if (name.equals(OURS)) {
            return (spark, checkpoint) -> HitPipelines.asItComes(
                    new HitPipelines(tables)
                            .counts(
                                    HitPipelines.source(kafka.bootstrapServers(), TOPIC)
                                            .maxOffsetsPerTrigger(rowsPerBatch),
                                    checkpoint),
                    spark);
        }
        return (spark, checkpoint) -> {
            SparkSession own = spark.newSession();
            if (name.equals(GOOD_WITHOUT_FORKS)) {
                own.conf().set("spark.sql.streaming.checkpointFileManagerClass", CheckpointManager.ON_FILE_SYSTEMS);
            }
            return HandWrittenHits.on(kafka.bootstrapServers(), tables)
                    .counts(own, TOPIC, rowsPerBatch, Trigger.AvailableNow(), checkpoint);
        };
    }
}
