package io.millrace.benchmarks;

import io.millrace.core.Offsets;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Measures the time from the sending of a Kafka record to the commit of its row in PostgreSQL, in real-time mode and
 * with micro-batches that follow one another at once. The server tells when it has committed. Then stops the query in
 * the middle of a batch, sends more records, restarts it and counts the rows. Real-time mode needs Spark 4.1.
 */
final class RealTimeBenchmark implements Benchmark {
    private static final int RECORDS_PER_SECOND = 500;
    private static final Duration BATCH = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String run(Scale scale) throws Exception {
        int seconds = scale.of(40, 2);
        int warmUp = scale.of(20, 1);
        try (SparkSession spark = JdbcBenchmark.session();
                TestKafka kafka = TestKafka.start();
                TestPostgres postgres = TestPostgres.configured()
                        .setting("track_commit_timestamp", "on")
                        .start()) {
            System.out.println("Spark " + spark.version() + ", " + RECORDS_PER_SECOND + " records a second for "
                    + seconds + " s after " + warmUp + " s to warm up");
            Run batches = new Run(spark, kafka, postgres, "batches", pipeline -> pipeline.every(Duration.ZERO));
            batches.measure("micro-batches", warmUp, seconds);
            String result = "microbatch.p50_ms=" + batches.percentile(50) + " microbatch.p99_ms="
                    + batches.percentile(99) + " microbatch.rows_lost=" + batches.lostInARestart(seconds);
            if (spark.version().startsWith("3.")) {
                return result;
            }
            Run realTime = new Run(spark, kafka, postgres, "realtime", pipeline -> pipeline.realTime(BATCH));
            realTime.measure("real-time mode", warmUp, seconds);
            return "realtime.p50_ms=" + realTime.percentile(50) + " realtime.p99_ms=" + realTime.percentile(99) + " "
                    + result + " realtime.rows_lost=" + realTime.lostInARestart(seconds);
        }
    }

    /** One pipeline with a topic and a table of its own. */
    private static final class Run {
        private final SparkSession spark;
        private final TestKafka kafka;
        private final TestPostgres postgres;
        private final String name;
        private final Pipeline pipeline;
        private final List<Double> milliseconds = new ArrayList<>();
        private long sent;

        Run(SparkSession spark, TestKafka kafka, TestPostgres postgres, String name, UnaryOperator<Pipeline> trigger)
                throws Exception {
            this.spark = spark;
            this.kafka = kafka;
            this.postgres = postgres;
            this.name = name;
            kafka.createTopic(name, 1);
            postgres.execute("CREATE TABLE " + name + " (id bigint PRIMARY KEY, sent bigint)");
            Path checkpoint = Files.createTempDirectory("realtime");
            this.pipeline = trigger.apply(Pipeline.named(name)
                    .from(Sources.kafka(kafka.bootstrapServers()).topics(name).startingFrom(Offsets.earliest()))
                    .via(Transforms.jsonFields("value").bigint("id", "$.id").bigint("sent", "$.sent"))
                    .via(Transforms.select("id", "sent"))
                    .to(Sinks.jdbc(Database.at(postgres)).table(name).upsertOn("id"))
                    .outputMode(OutputModes.update())
                    .checkpointAt(checkpoint));
        }

        void measure(String what, int warmUp, int seconds) throws Exception {
            StreamingQuery query = pipeline.start(spark);
            send(warmUp);
            long first = sent;
            send(seconds);
            await(query);
            query.stop();
            if (rows() < sent) {
                throw new IllegalStateException(name + ": " + rows() + " of " + sent + " rows arrived.");
            }
            read(first);
            System.out.printf(
                    "%-14s p50 %.1f ms, p99 %.1f ms, min %.1f ms, max %.1f ms of %,d rows%n",
                    what,
                    at(50),
                    at(99),
                    milliseconds.get(0),
                    milliseconds.get(milliseconds.size() - 1),
                    milliseconds.size());
        }

        String percentile(int percent) {
            return "%.1f".formatted(at(percent));
        }

        /** Stops the query in the middle of a batch, and returns how many rows are missing after a restart. */
        long lostInARestart(int seconds) throws Exception {
            StreamingQuery query = pipeline.start(spark);
            send(seconds);
            query.stop();
            send(1);
            query = pipeline.start(spark);
            send(1);
            await(query);
            query.stop();
            return sent - rows();
        }

        private double at(int percent) {
            return milliseconds.get((milliseconds.size() - 1) * percent / 100);
        }

        private void send(int seconds) throws Exception {
            Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
            try (KafkaProducer<String, String> producer =
                    new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
                long start = System.nanoTime();
                for (long record = 0; record < (long) seconds * RECORDS_PER_SECOND; record++) {
                    long due = start + record * 1_000_000_000L / RECORDS_PER_SECOND;
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                    acknowledged.add(
                            producer.send(new ProducerRecord<>(name, "{\"id\":" + sent++ + ",\"sent\":" + now + "}")));
                }
                for (Future<RecordMetadata> record : acknowledged) {
                    record.get();
                }
            }
        }

        /** Waits until all rows have arrived, or none of the missing ones can be expected any more. */
        private void await(StreamingQuery query) throws SQLException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (rows() < sent && query.isActive() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }

        private long rows() throws SQLException {
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement();
                    ResultSet count = statement.executeQuery("SELECT count(*) FROM " + name)) {
                count.next();
                return count.getLong(1);
            }
        }

        private void read(long first) throws SQLException {
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000 - sent / 1000.0 FROM "
                                    + name + " WHERE id >= " + first + " ORDER BY 1")) {
                while (rows.next()) {
                    milliseconds.add(rows.getDouble(1));
                }
            }
        }
    }
}
