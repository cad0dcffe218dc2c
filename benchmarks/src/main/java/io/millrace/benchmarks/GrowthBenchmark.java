package io.millrace.benchmarks;

import io.millrace.core.Pipeline;
import io.millrace.testkit.servers.TestKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * Measures how the CPU time of a hit grows with the number of hits and of keys, with Spark's default state store and
 * with RocksDB.
 */
final class GrowthBenchmark implements Benchmark {
    private static final int ROUNDS = 3;

    @Override
    public String run(Scale scale) throws Exception {
        int few = 120;
        int many = scale.of(1_000_000, 1_000);
        int hits = scale.of(1_000_000, 400);
        Shape small = new Shape(scale.of(100_000, 100), few, false);
        Shape usual = new Shape(hits, few, false);
        Shape large = new Shape(scale.of(10_000_000, 800), few, false);
        Shape usualRocksDb = new Shape(hits, few, true);
        Shape manyKeys = new Shape(hits, many, false);
        Shape manyKeysRocksDb = new Shape(hits, many, true);
        List<Shape> shapes = List.of(small, usual, usualRocksDb, manyKeys, manyKeysRocksDb);
        List<Shape> all = new ArrayList<>(shapes);
        all.add(large);
        JobTable table = new JobTable(all.stream().map(Shape::toString).toList());
        try (SparkSession spark = JobBenchmark.session("local[2]");
                TestKafka kafka = TestKafka.start();
                HitTables tables = new HitTables()) {
            System.out.printf(
                    "Spark %s, %d rounds after one to warm up, one of the largest%n", spark.version(), ROUNDS);
            for (Shape shape : List.of(small, usual, large, manyKeys)) {
                shape.send(kafka);
            }
            JobRun runs = new JobRun(spark);
            for (int round = 0; round <= scale.of(ROUNDS, 1); round++) {
                for (Shape shape : shapes) {
                    JobTable.Measured measured = shape.run(runs, kafka, tables);
                    if (round > 0) {
                        table.add(shape.toString(), measured);
                    }
                }
            }
            table.add(large.toString(), large.run(runs, kafka, tables));
        }
        table.print();
        return "growth.rows_10x_cpu=" + ratio(table, usual, small)
                + " growth.rows_100x_cpu=" + ratio(table, large, small)
                + " growth.rocksdb_few_keys_cpu=" + ratio(table, usualRocksDb, usual)
                + " growth.rocksdb_many_keys_cpu=" + ratio(table, manyKeysRocksDb, manyKeys)
                + " growth.many_keys_cpu=" + ratio(table, manyKeys, usual);
    }

    private static String ratio(JobTable table, Shape shape, Shape other) {
        return String.format(
                Locale.ROOT,
                "%.2f",
                table.cpuMicrosecondsPerRow(shape.toString()) / table.cpuMicrosecondsPerRow(other.toString()));
    }

    /** A size of the job. */
    private record Shape(int count, int keys, boolean rocksDb) {
        private static final int BATCH = 500_000;

        JobTable.Measured run(JobRun runs, TestKafka kafka, HitTables tables) throws Exception {
            tables.recreate();
            JobTable.Measured measured = runs.measure(count, (spark, checkpoint) -> {
                Pipeline pipeline = new HitPipelines(tables)
                        .counts(
                                HitPipelines.source(kafka.bootstrapServers(), topic())
                                        .maxOffsetsPerTrigger(BATCH),
                                checkpoint);
                return rocksDb ? HitPipelines.withRocksDb(pipeline, spark) : HitPipelines.asItComes(pipeline, spark);
            });
            tables.requireTotal(2L * count); // a hit is in two windows
            return measured;
        }

        void send(TestKafka kafka) throws Exception {
            new Hits(keys, 11).send(kafka, topic(), count);
        }

        private String topic() {
            return "hits-" + count + "-" + keys;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%,d hits, %,d keys, %s", count, keys, rocksDb ? "RocksDB" : "default state store");
        }
    }
}
