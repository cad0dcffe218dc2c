package io.millrace.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import io.millrace.core.JsonFields;
import io.millrace.core.JsonMarks;
import io.millrace.core.JsonRoute;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * Measures one read of a topic with three outputs as files: malformed records, rows of one status, and a third output,
 * first of slow hits (one in ten), then of all good rows, whose writing costs more than reading them. Compares branches
 * with three queries, and with {@code foreachBatch} by hand, which persists the batch.
 */
final class BranchesBenchmark implements Benchmark {
    private static final String TOPIC = "hits";
    private static final String BRANCHES = "three branches";
    private static final String QUERIES = "three queries";
    private static final String HAND = "foreachBatch by hand";
    private static final List<String> CONTENDERS = List.of(BRANCHES, QUERIES, HAND);
    private static final int MALFORMED = 100; // One record in so many.

    private static final JsonFields FIELDS = Transforms.jsonFields("value")
            .bigint("id", "$.id")
            .string("zip", "$.zip")
            .timestamp("hittime", "$.hittime")
            .integer("status", "$.status")
            .bigint("bytes", "$.bytes")
            .string("user", "$.user")
            .string("session", "$.session")
            .string("url", "$.url")
            .string("referrer", "$.referrer")
            .string("country", "$.country")
            .integer("millis", "$.millis");
    private static final String COLUMNS = "id BIGINT, zip STRING, hittime TIMESTAMP, status INT, bytes BIGINT,"
            + " user STRING, session STRING, url STRING, referrer STRING, country STRING, millis INT";
    private static final Transform GOOD = Transforms.select(
            "id", "zip", "hittime", "status", "bytes", "user", "session", "url", "referrer", "country", "millis");
    private static final String MISSING = "status = 404";
    private static final String SLOW = "millis >= 900";
    private static final String ALL = "true";
    private static final Transform LETTERS = Transforms.select("value", "topic", "partition", "offset");

    @Override
    public String run(Scale scale) throws Exception {
        long hits = scale.of(1_000_000, 400);
        int rounds = scale.of(3, 0); // after one to warm up
        try (SparkSession spark = JobBenchmark.session("local[2]");
                TestKafka kafka = TestKafka.start()) {
            send(kafka, hits);
            System.out.printf(
                    Locale.ROOT,
                    "Spark %s, %,d hits, one record in %d malformed, %d rounds after one to warm up%n",
                    spark.version(),
                    hits,
                    MALFORMED + 1,
                    rounds);
            JobRun runs = new JobRun(spark);
            JobTable some = measured(runs, kafka, SLOW, hits, rounds);
            JobTable all = measured(runs, kafka, ALL, hits, rounds);
            return "branches.vs_queries=" + ratio(some, QUERIES) + " branches.vs_hand=" + ratio(some, HAND)
                    + " branches.all_rows.vs_queries=" + ratio(all, QUERIES) + " branches.all_rows.vs_hand="
                    + ratio(all, HAND);
        }
    }

    private static JobTable measured(JobRun runs, TestKafka kafka, String third, long hits, int rounds)
            throws Exception {
        JobTable table = new JobTable(CONTENDERS);
        for (int round = 0; round <= rounds; round++) {
            table = round <= 1 ? new JobTable(CONTENDERS) : table;
            List<String> names = new ArrayList<>(CONTENDERS);
            Collections.rotate(names, round);
            for (String name : names) {
                Outputs outputs = new Outputs(Files.createTempDirectory("branches"), third);
                table.add(name, measured(runs, hits, jobs(name, kafka.bootstrapServers(), outputs, hits / 2)));
                outputs.requireRows(runs.session(), hits);
            }
        }
        System.out.println("The third output has the rows of: " + third);
        table.print();
        return table;
    }

    private static void send(TestKafka kafka, long count) throws Exception {
        kafka.createTopic(TOPIC, Hits.PARTITIONS);
        Hits hits = Hits.ofJob();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = Hits.producer(kafka)) {
            for (long index = 0; index < count; index++) {
                sent.add(producer.send(hits.record(TOPIC, index, hits.time(index))));
                if (index % MALFORMED == 0) {
                    byte[] cut = ("{\"id\":" + index + ",\"zip\":\"").getBytes(StandardCharsets.UTF_8);
                    int partition = sent.size() % Hits.PARTITIONS;
                    sent.add(producer.send(new ProducerRecord<>(TOPIC, partition, null, cut)));
                }
            }
        }
        for (Future<RecordMetadata> record : sent) {
            record.get();
        }
    }

    /** The queries of a contender, one after the other. */
    private static JobTable.Measured measured(JobRun runs, long hits, List<JobRun.Job> jobs) throws Exception {
        long nanoseconds = 0;
        long cpu = 0;
        for (JobRun.Job job : jobs) {
            JobTable.Measured one = runs.measure(hits, job);
            nanoseconds += one.nanoseconds();
            cpu += one.cpuNanoseconds();
        }
        return new JobTable.Measured(hits, nanoseconds, cpu, 0);
    }

    private static List<JobRun.Job> jobs(String name, String brokers, Outputs out, long batch) {
        KafkaSource source = Sources.kafka(brokers)
                .topics(TOPIC)
                .startingFrom(Offsets.earliest())
                .maxOffsetsPerTrigger(batch);
        return switch (name) {
            case BRANCHES ->
                List.of((spark, checkpoint) -> branches(source, out, checkpoint).start(spark));
            case QUERIES -> {
                JsonRoute route = FIELDS.route();
                yield List.of(
                        query(source.via(route.malformed().andThen(LETTERS)), out.malformed()),
                        query(source.via(route.andThen(GOOD).andThen(Transforms.where(MISSING))), out.missing()),
                        query(source.via(route.andThen(GOOD).andThen(Transforms.where(out.third()))), out.chosen()));
            }
            default -> List.of((spark, checkpoint) -> byHand(spark, brokers, out, batch, checkpoint));
        };
    }

    private static Pipeline branches(KafkaSource source, Outputs out, Path checkpoint) {
        JsonMarks marks = FIELDS.mark();
        Transform good = marks.good().andThen(GOOD);
        return Pipeline.named("branches")
                .from(source)
                .via(marks)
                .to(Sinks.several("malformed", marks.malformed().andThen(LETTERS), Sinks.parquet(out.malformed()))
                        .and("missing", good.andThen(Transforms.where(MISSING)), Sinks.parquet(out.missing()))
                        .and("chosen", good.andThen(Transforms.where(out.third())), Sinks.parquet(out.chosen())))
                .availableNow()
                .checkpointAt(checkpoint);
    }

    private static JobRun.Job query(Source source, Path out) {
        return (spark, checkpoint) -> Pipeline.named(out.getFileName().toString())
                .from(source)
                .to(Sinks.parquet(out))
                .availableNow()
                .checkpointAt(checkpoint)
                .start(spark);
    }

    /** Parses each record once, in Spark's mode that keeps those that cannot be parsed. */
    private static StreamingQuery byHand(SparkSession spark, String brokers, Outputs out, long batch, Path checkpoint)
            throws Exception {
        StructType schema = StructType.fromDDL(COLUMNS + ", _corrupt_record STRING");
        VoidFunction2<Dataset<Row>, Long> write = (records, batchId) -> {
            Dataset<Row> parsed = records.withColumn(
                            "hit",
                            from_json(
                                    col("value").cast("string"),
                                    schema,
                                    Map.of("mode", "PERMISSIVE", "columnNameOfCorruptRecord", "_corrupt_record")))
                    .persist();
            Dataset<Row> good =
                    parsed.where("hit._corrupt_record is null").select("hit.*").drop("_corrupt_record");
            write(
                    parsed.where("hit._corrupt_record is not null").select("value", "topic", "partition", "offset"),
                    out.malformed());
            write(good.where(MISSING), out.missing());
            write(good.where(out.third()), out.chosen());
            parsed.unpersist();
        };
        return spark.readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", brokers)
                .option("subscribe", TOPIC)
                .option("startingOffsets", "earliest")
                .option("maxOffsetsPerTrigger", batch)
                .load()
                .writeStream()
                .foreachBatch(write)
                .trigger(Trigger.AvailableNow())
                .option("checkpointLocation", checkpoint.toString())
                .start();
    }

    private static void write(Dataset<Row> rows, Path out) {
        rows.write().mode("append").parquet(out.toString());
    }

    private static String ratio(JobTable table, String other) {
        return String.format(
                Locale.ROOT, "%.2f", table.cpuMicrosecondsPerRow(other) / table.cpuMicrosecondsPerRow(BRANCHES));
    }

    /** The folders of a run; {@code third} is the condition of the rows of {@link #chosen()}. */
    private record Outputs(Path root, String third) {
        Path malformed() {
            return root.resolve("malformed");
        }

        Path missing() {
            return root.resolve("missing");
        }

        Path chosen() {
            return root.resolve("chosen");
        }

        void requireRows(SparkSession spark, long hits) {
            long malformed = spark.read().parquet(malformed().toString()).count();
            long missing = spark.read().parquet(missing().toString()).count();
            Dataset<Row> rows = spark.read().parquet(chosen().toString());
            long chosen = rows.count();
            boolean all = third.equals(ALL);
            if (malformed != hits / MALFORMED
                    || chosen != (all ? hits : rows.where(third).count())
                    || missing == 0
                    || (all && missing != rows.where(MISSING).count())) {
                throw new IllegalStateException(malformed + " malformed, " + missing + " missing, " + chosen);
            }
        }
    }
}
