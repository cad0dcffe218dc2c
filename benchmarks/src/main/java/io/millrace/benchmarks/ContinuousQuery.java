package io.millrace.benchmarks;

import io.millrace.core.Pipeline;
import io.millrace.core.ValidationException;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** Runs a query with the continuous trigger on four partitions, and starts it again each time that it dies. */
record ContinuousQuery(TestKafka kafka, HitTables tables) {
    private static final String TOPIC = "continuous";
    private static final int RATE = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Returns figures; fails if a row is lost. A query that is refused dies once. */
    String run(Duration duration) throws Exception {
        kafka.createTopic(TOPIC, Hits.PARTITIONS);
        tables.recreate();
        // Each partition needs a task that stays.
        try (SparkSession spark = JobBenchmark.session("local[" + (Hits.PARTITIONS + 1) + "]")) {
            Pipeline pipeline = new HitPipelines(tables)
                    .continuous(
                            HitPipelines.source(kafka.bootstrapServers(), TOPIC),
                            Files.createTempDirectory("continuous"));
            StreamingQuery query;
            try {
                query = pipeline.start(spark.newSession());
            } catch (ValidationException e) {
                System.out.println("The continuous query does not start: " + e.getMessage());
                return figures(1, Duration.ZERO);
            }
            int seconds = (int) duration.toSeconds();
            FutureTask<SentHits> sending = new FutureTask<>(() -> SentHits.send(kafka, TOPIC, RATE, 0, seconds));
            new Thread(sending, "sending").start();
            int deaths = 0;
            long patientUntil = Long.MAX_VALUE;
            while (!hasAll(sending) && System.nanoTime() < patientUntil) {
                if (!query.isActive()) {
                    deaths++;
                    System.out.println("The continuous query died: " + query.exception());
                    query = pipeline.start(spark.newSession());
                }
                if (sending.isDone() && patientUntil == Long.MAX_VALUE) {
                    patientUntil = System.nanoTime() + PATIENCE.toNanos();
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            query.stop();
            requireAll(sending.get());
            return figures(deaths, duration);
        }
    }

    private boolean hasAll(FutureTask<SentHits> sending) throws Exception {
        return sending.isDone() && arrived() >= sending.get().count();
    }

    private long arrived() throws Exception {
        return Long.parseLong(tables.text("SELECT count(*) FROM " + HitTables.LATEST));
    }

    private void requireAll(SentHits sent) throws Exception {
        if (arrived() != sent.count()) {
            throw new IllegalStateException(
                    "The continuous query wrote " + arrived() + " of " + sent.count() + " rows.");
        }
        LatencyTable table = new LatencyTable();
        table.add("continuous", tables.rowLatencies(HitTables.LATEST, "hittime", sent.measuredFromMillis()));
        table.print();
    }

    private static String figures(int deaths, Duration ran) {
        return String.format(
                Locale.ROOT,
                " latency.continuous_deaths=%d latency.continuous_minutes=%.1f",
                deaths,
                ran.toMillis() / 60_000.0);
    }
}
