package io.millrace.benchmarks;

import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Measures the time from the sending of a hit to the commit of its row, or of the first count that includes it, in
 * PostgreSQL, which tells when it has committed: for Millrace and for good hand-written Spark, whose micro-batches
 * follow one another at once, also from a topic with few hits. Then runs a continuous query and counts how often it
 * dies.
 */
final class LatencyBenchmark implements Benchmark {
    private static final String COUNTS = "windowed counts";
    private static final String GOOD_COUNTS = "windowed counts by hand";
    private static final String APPEND = "appendExactlyOnce";
    private static final String GOOD_APPEND = "append by hand";
    private static final String SLOW = "appendExactlyOnce, slow topic";
    private static final String GOOD_SLOW = "append by hand, slow topic";
    private static final int SLOW_RATE = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String run(Scale scale) throws Exception {
        return run(scale.of(10_000, 200), scale.of(3, 0), scale.of(5, 1), scale.of(20, 1), scale.of(600, 3));
    }

    /** Each contender gets a turn to warm up, then some turns of some seconds, each after some to warm up. */
    String run(int rate, int turns, int warmUp, int seconds, int continuousSeconds) throws Exception {
        try (TestKafka kafka = TestKafka.start();
                HitTables tables = new HitTables()) {
            LatencyTable table = new LatencyTable();
            try (SparkSession spark = JobBenchmark.session("local[2]")) {
                System.out.printf(
                        Locale.ROOT,
                        "Spark %s, %,d hits a second (%d: slow topic), %d turns of %d s after %d s to warm up%n",
                        spark.version(),
                        rate,
                        SLOW_RATE,
                        turns,
                        seconds,
                        warmUp);
                for (int turn = 0; turn <= turns; turn++) {
                    table = turn <= 1 ? new LatencyTable() : table;
                    List<String> contenders =
                            new ArrayList<>(List.of(COUNTS, GOOD_COUNTS, APPEND, GOOD_APPEND, SLOW, GOOD_SLOW));
                    Collections.rotate(contenders, turn);
                    for (String contender : contenders) {
                        Turn run = new Turn(spark, kafka, tables, contender);
                        boolean slow = contender.equals(SLOW) || contender.equals(GOOD_SLOW);
                        table.add(
                                contender,
                                run.latencies(
                                        contender + turn,
                                        slow ? SLOW_RATE : rate,
                                        warmUp,
                                        turn == 0 ? warmUp : seconds));
                    }
                }
            }
            table.print();
            return figures(table) + new ContinuousQuery(kafka, tables).run(Duration.ofSeconds(continuousSeconds));
        }
    }

    private static String figures(LatencyTable table) {
        return "latency.windowed_p50_vs_good=" + table.ratio(COUNTS, GOOD_COUNTS, 50)
                + " latency.windowed_p99_vs_good=" + table.ratio(COUNTS, GOOD_COUNTS, 99)
                + " latency.append_p50_vs_good=" + table.ratio(APPEND, GOOD_APPEND, 50)
                + " latency.append_p99_vs_good=" + table.ratio(APPEND, GOOD_APPEND, 99)
                + " latency.slow_topic_p50_vs_good=" + table.ratio(SLOW, GOOD_SLOW, 50)
                + " latency.slow_topic_p99_vs_good=" + table.ratio(SLOW, GOOD_SLOW, 99);
    }

    /** A turn of a contender, with a topic and tables of its own. */
    private record Turn(SparkSession spark, TestKafka kafka, HitTables tables, String contender) {
        double[] latencies(String name, int rate, int warmUp, int seconds) throws Exception {
            String topic = name.replaceAll("[ ,]+", "-");
            kafka.createTopic(topic, Hits.PARTITIONS);
            tables.recreate();
            tables.keepHistory();
            boolean counts = contender.equals(COUNTS) || contender.equals(GOOD_COUNTS);
            StreamingQuery query = start(topic);
            SentHits sent = SentHits.send(kafka, topic, rate, warmUp, seconds);
            await(
                    query,
                    counts
                            ? "SELECT coalesce(sum(count) / 2, 0)::bigint FROM " + HitTables.COUNTS
                            : "SELECT count(*) FROM " + HitTables.RAW,
                    sent.count());
            query.stop();
            if (counts) {
                tables.requireCounts(sent.counts());
                return tables.countLatencies(sent);
            }
            tables.requireRaw(sent.count());
            return tables.rowLatencies(HitTables.RAW, "timestamp", sent.measuredFromMillis());
        }

        private StreamingQuery start(String topic) throws Exception {
            HitPipelines millrace = new HitPipelines(tables);
            HandWrittenHits hand = HandWrittenHits.on(kafka.bootstrapServers(), tables);
            JobRun.Job job = switch (contender) {
                case COUNTS ->
                    (session, checkpoint) -> HitPipelines.asItComes(
                            millrace.counts(HitPipelines.source(kafka.bootstrapServers(), topic), checkpoint)
                                    .every(Duration.ZERO),
                            session);
                case APPEND, SLOW ->
                    (session, checkpoint) -> HitPipelines.asItComes(
                            millrace.raw(HitPipelines.source(kafka.bootstrapServers(), topic), checkpoint)
                                    .every(Duration.ZERO),
                            session);
                case GOOD_COUNTS ->
                    (session, checkpoint) ->
                            hand.counts(session.newSession(), topic, 0, Trigger.ProcessingTime(0), checkpoint);
                case GOOD_APPEND, GOOD_SLOW ->
                    (session, checkpoint) ->
                            hand.raw(session.newSession(), topic, 0, Trigger.ProcessingTime(0), checkpoint);
                default -> throw new IllegalArgumentException(contender);
            };
            return job.start(spark, Files.createTempDirectory("latency"));
        }

        /** Waits until all rows have arrived, or none of the missing ones can be expected any more. */
        private void await(StreamingQuery query, String arrived, long expected) throws Exception {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (Long.parseLong(tables.text(arrived)) < expected
                    && query.isActive()
                    && System.nanoTime() < deadline) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }
}
