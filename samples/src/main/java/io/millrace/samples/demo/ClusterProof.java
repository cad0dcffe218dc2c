package io.millrace.samples.demo;

import io.millrace.core.Offsets;
import io.millrace.core.Sink;
import io.millrace.core.Sources;
import io.millrace.core.StreamingQueries;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.testkit.servers.TestPostgres;
import io.millrace.testkit.servers.TestSpark;
import io.millrace.testkit.servers.TestSpark.Executor;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Runs the demo's job on a standalone cluster while killing an executor and a worker. Writes the same hits to one table
 * by upserts and to another exactly once, and compares both tables with the expected counts.
 */
final class ClusterProof {
    private static final int EXECUTORS = 3;
    private static final int SECONDS_OF_HITS = 45;
    private static final String UPSERTED = "zip_traffic_upserted";
    private static final String ONCE = "zip_traffic_once";

    private final DemoOptions options;
    private final DemoKafka kafka;
    private final TestPostgres postgres = TestPostgres.shared();
    private final DemoDatabase reader = DemoDatabase.embedded();
    private final Scratch scratch;
    private final PrintStream out;
    private final List<String> differences = new ArrayList<>();

    ClusterProof(DemoOptions options, DemoKafka kafka, Scratch scratch, PrintStream out) {
        this.options = options;
        this.kafka = kafka;
        this.scratch = scratch;
        this.out = out;
    }

    /** Runs the job; returns whether both tables are exact. */
    boolean run() throws InterruptedException, SQLException, IOException {
        for (String table : List.of(UPSERTED, ONCE)) {
            postgres.execute("drop table if exists " + table, Traffic.tableDdl(table));
        }
        try (TestSpark cluster =
                TestSpark.configured().coresPerWorker(EXECUTORS).start()) {
            out.println("Spark: " + cluster.master() + ", workers on " + cluster.workerHosts());
            SparkSession spark = scratch.during(() -> session(cluster));
            try {
                runOn(cluster, spark);
            } finally {
                spark.stop();
            }
            awaitNoConnection();
        }
        return differences.isEmpty();
    }

    private void runOn(TestSpark cluster, SparkSession spark) throws InterruptedException, SQLException, IOException {
        JdbcTarget target = Sinks.jdbc(Database.at(postgres));
        Running upserting = start(spark, UPSERTED, target.table(UPSERTED).upsertOn("window_start", "zip"));
        Running once = start(spark, ONCE, target.table(ONCE).upsertExactlyOnce("window_start", "zip"));
        awaitExecutors(cluster);

        int rate = options.rate > 0 ? options.rate : Math.max(1, options.events / SECONDS_OF_HITS);
        HitProducer producer = new HitProducer(kafka.bootstrapServers(), kafka.topic(), rate);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(producer, upserting.watch, once.watch));
        awaitSent(producer, sending, options.events / 4);
        Executor victim = cluster.executors().get(0);
        cluster.kill(victim);
        out.printf("Killed executor %s on %s by SIGKILL.%n", victim.id(), victim.host());
        awaitSent(producer, sending, options.events / 2);
        cluster.killWorker("127.0.0.3");
        out.println("Killed the worker on 127.0.0.3 with its executors.");
        sending.join();

        upserting.query.processAllAvailable();
        once.query.processAllAvailable();
        awaitExecutors(cluster);
        comparePools(cluster);
        finish(upserting);
        finish(once);
        compareTables();
    }

    private record Running(StreamingQuery query, QueryWatch watch) {}

    private Running start(SparkSession spark, String name, Sink sink) {
        // A session for each query: query names and listeners belong to a session.
        SparkSession session = spark.newSession();
        QueryWatch watch = new QueryWatch();
        session.streams().addListener(watch);
        StreamingQuery query = scratch.during(() -> Traffic.from(
                        Sources.kafka(kafka.bootstrapServers())
                                .topics(kafka.topic())
                                .startingFrom(Offsets.earliest()),
                        sink)
                .statePartitions(EXECUTORS)
                .checkpointAt(scratch.resolve("checkpoint-" + name))
                .start(session));
        return new Running(query, watch);
    }

    private void send(HitProducer producer, QueryWatch first, QueryWatch second) {
        try {
            producer.send(new HitGenerator(options.events, options.seed), watermark -> {
                first.awaitWatermark(watermark);
                second.awaitWatermark(watermark);
            });
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static void awaitSent(HitProducer producer, CompletableFuture<Void> sending, long hits) {
        while (producer.sent() < hits && !sending.isDone()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void awaitExecutors(TestSpark cluster) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        List<Executor> executors = cluster.executors();
        while (executors.size() < EXECUTORS && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            executors = cluster.executors();
        }
        if (executors.size() < EXECUTORS) {
            throw new IllegalStateException("only " + executors + " of " + EXECUTORS + " executors started");
        }
        out.println("Executors: "
                + String.join(
                        ", ",
                        executors.stream()
                                .map(executor -> executor.id() + " on " + executor.host())
                                .toList()));
    }

    /** Checks that each executor JVM has at most one connection pool. */
    private void comparePools(TestSpark cluster) throws IOException {
        long most = 0;
        for (Executor executor : cluster.executors()) {
            long pools = ThreadDump.of(executor.pid())
                    .lines()
                    .filter(line -> line.startsWith("\"millrace ") && line.contains("housekeeper"))
                    .count();
            most = Math.max(most, pools);
            if (pools > 1) {
                differences.add("executor " + executor.id() + " has " + pools + " pools instead of one");
            }
        }
        if (most == 0) {
            differences.add("no executor has a connection pool");
        }
        out.println("Maximum number of connection pools per executor JVM: " + most);
    }

    private void finish(Running running) {
        if (!StreamingQueries.stopBetweenBatches(running.query, Duration.ofMinutes(1))) {
            differences.add("a query did not stop between two batches");
        }
    }

    private void compareTables() throws SQLException {
        ExpectedCounts expected = TopicCounter.of(kafka.bootstrapServers(), kafka.topic(), options.events);
        for (String table : List.of(UPSERTED, ONCE)) {
            List<String> wrong = DemoResult.tableDifferences(expected, reader.counts(table));
            wrong.stream().limit(10).forEach(difference -> out.println("  " + table + ": " + difference));
            out.printf(
                    "%s: %,d rows, differences=%d%n", table, expected.counts().size(), wrong.size());
            differences.addAll(wrong);
        }
    }

    private void awaitNoConnection() throws SQLException {
        // The pool of this JVM checks every 30 seconds and closes connections that were idle for 30 seconds.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(75);
        while (reader.connectionsOfSinks() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        long left = reader.connectionsOfSinks();
        out.println("Connections after the stop: " + left);
        if (left > 0) {
            differences.add(left + " connections were left open");
        }
    }

    String closingLine() {
        return "demo: " + (differences.isEmpty() ? "exact" : "NOT exact") + " on the cluster, events=" + options.events
                + " tables=2 executors=" + EXECUTORS + " executors_killed=1 workers_lost=1 differences="
                + differences.size();
    }

    private SparkSession session(TestSpark cluster) {
        return SparkSession.builder()
                .appName("millrace-demo")
                .master(cluster.master())
                .config("spark.cores.max", EXECUTORS)
                .config("spark.executor.cores", 1)
                .config("spark.executor.memory", "640m")
                .config("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
                .config("spark.speculation", true)
                .config("spark.speculation.quantile", 0.5)
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.local.dir", scratch.resolve("local"))
                .config("spark.sql.warehouse.dir", scratch.resolve("warehouse"))
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate();
    }
}
