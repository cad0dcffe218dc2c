package io.millrace.benchmarks;

import io.millrace.core.KafkaSource;
import io.millrace.testkit.servers.TestKafka;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Measures the whole job: a topic of JSON hits, fields, a watermark, windows, an upsert into PostgreSQL; and raw hits
 * appended. Compares Millrace with good hand-written Spark, in rounds of all contenders, and checks what each has
 * written.
 */
final class JobBenchmark implements Benchmark {
    private static final String AS_IT_COMES = "as it comes";
    private static final String BEST = "best settings found";
    private static final String SPARKS_PARTITIONS = "with Spark's 200 state partitions";
    private static final String GOOD = "good hand-written Spark";
    private static final String GOOD_WITHOUT_WAIT = "the same, with Millrace's fetch.max.wait.ms";
    private static final String APPEND = "appendExactlyOnce";
    private static final String GOOD_APPEND = "hand-written append";
    private static final List<String> CONTENDERS =
            List.of(AS_IT_COMES, BEST, SPARKS_PARTITIONS, GOOD, GOOD_WITHOUT_WAIT, APPEND, GOOD_APPEND);
    private static final String HITS = "hits";
    private static final String RAW = "raw";

    @Override
    public String run(Scale scale) throws Exception {
        long hits = scale.of(1_000_000, 400);
        long raw = scale.of(400_000, 200);
        int rounds = scale.of(5, 0); // after one to warm up
        try (SparkSession spark = session("local[2]");
                TestKafka kafka = TestKafka.start();
                HitTables tables = new HitTables()) {
            Hits.ofJob().send(kafka, HITS, hits);
            Hits.ofJob().send(kafka, RAW, raw);
            Contest contest = new Contest(spark, kafka, tables, hits, raw);
            System.out.printf(
                    Locale.ROOT,
                    "Spark %s, %,d hits of %d bytes and 120 keys, %,d raw hits, %d rounds after one to warm up%n",
                    spark.version(),
                    hits,
                    Hits.ofJob().record(HITS, 0, Instant.EPOCH).value().length,
                    raw,
                    rounds);
            JobTable table = new JobTable(CONTENDERS);
            for (int round = 0; round <= rounds; round++) {
                table = round <= 1 ? new JobTable(CONTENDERS) : table;
                contest.round(round, table);
            }
            table.print();
            return figures(table, contest.forksPerBatch(scale.of(10, 2)));
        }
    }

    static SparkSession session(String master) {
        return SparkSession.builder()
                .master(master)
                .config("spark.ui.enabled", false)
                .config("spark.log.level", "ERROR")
                .getOrCreate();
    }

    private static String figures(JobTable table, double forks) {
        return "job.vs_good=" + ratio(table.rowsPerSecond(AS_IT_COMES), table.rowsPerSecond(GOOD))
                + " job.cpu_vs_good="
                + ratio(table.cpuMicrosecondsPerRow(AS_IT_COMES), table.cpuMicrosecondsPerRow(GOOD))
                + " job.default_vs_tuned=" + ratio(table.rowsPerSecond(AS_IT_COMES), table.rowsPerSecond(BEST))
                + " job.forks_per_batch=" + String.format(Locale.ROOT, "%.1f", forks)
                + " job.append_vs_good=" + ratio(table.rowsPerSecond(APPEND), table.rowsPerSecond(GOOD_APPEND));
    }

    private static String ratio(double figure, double other) {
        return String.format(Locale.ROOT, "%.2f", figure / other);
    }

    /** The contenders, with what they read and write. */
    private static final class Contest {
        private final TestKafka kafka;
        private final HitTables tables;
        private final long hits;
        private final long raw;
        private final JobRun runs;
        private final Map<String, Long> expected;

        Contest(SparkSession spark, TestKafka kafka, HitTables tables, long hits, long raw) {
            this.kafka = kafka;
            this.tables = tables;
            this.hits = hits;
            this.raw = raw;
            this.runs = new JobRun(spark);
            this.expected = Hits.ofJob().counts(hits);
        }

        /** Runs all contenders, each round in another order. */
        void round(int round, JobTable table) throws Exception {
            List<String> names = new ArrayList<>(CONTENDERS);
            Collections.rotate(names, round);
            for (String name : names) {
                tables.recreate();
                boolean counts = !name.equals(APPEND) && !name.equals(GOOD_APPEND);
                table.add(name, runs.measure(counts ? hits : raw, job(name)));
                if (counts) {
                    tables.requireCounts(expected);
                } else {
                    tables.requireRaw(raw);
                }
            }
        }

        double forksPerBatch(int batchesWithRows) throws Exception {
            tables.recreate();
            int[] batches = new int[1];
            int forks = Forks.during(() -> batches[0] = runs.batches(asItComes(hits / batchesWithRows)));
            tables.requireCounts(expected);
            System.out.println(forks + " processes were started in " + batches[0] + " micro-batches " + AS_IT_COMES);
            return (double) forks / batches[0];
        }

        private JobRun.Job job(String name) {
            HitPipelines millrace = new HitPipelines(tables);
            HandWrittenHits spark = HandWrittenHits.on(kafka.bootstrapServers(), tables);
            Trigger trigger = Trigger.AvailableNow();
            long batch = hits / 2;
            return switch (name) {
                case AS_IT_COMES -> asItComes(batch);
                case BEST ->
                    (session, checkpoint) -> HitPipelines.withBestSettings(
                            millrace.counts(HitPipelines.tuned(source(HITS, batch)), checkpoint), session);
                case SPARKS_PARTITIONS ->
                    (session, checkpoint) -> HitPipelines.asItComes(
                            millrace.counts(source(HITS, batch), checkpoint).statePartitions(200), session);
                case GOOD ->
                    (session, checkpoint) -> spark.counts(session.newSession(), HITS, batch, trigger, checkpoint);
                case GOOD_WITHOUT_WAIT ->
                    (session, checkpoint) ->
                            spark.withoutWait().counts(session.newSession(), HITS, batch, trigger, checkpoint);
                case APPEND ->
                    (session, checkpoint) ->
                            HitPipelines.asItComes(millrace.raw(source(RAW, batch), checkpoint), session);
                case GOOD_APPEND ->
                    (session, checkpoint) -> spark.raw(session.newSession(), RAW, batch, trigger, checkpoint);
                default -> throw new IllegalArgumentException(name);
            };
        }

        private JobRun.Job asItComes(long rowsPerBatch) {
            return (session, checkpoint) -> HitPipelines.asItComes(
                    new HitPipelines(tables).counts(source(HITS, rowsPerBatch), checkpoint), session);
        }

        private KafkaSource source(String topic, long rowsPerBatch) {
            return HitPipelines.source(kafka.bootstrapServers(), topic).maxOffsetsPerTrigger(rowsPerBatch);
        }
    }
}
