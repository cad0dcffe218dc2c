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
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * Measures one read of a topic with three outputs as files: malformed records, all good rows, and those of one status.
 * Compares branches with three queries, and with {@code foreachBatch} by hand, which persists the batch.
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
    private static final Transform MISSING = Transforms.where("status = 404");
    private static final Transform LETTERS = Transforms.select("value", "topic", "partition", "offset");

    @Override
    public String run(Scale scale) throws Exception {
        long hits = scale.of(400_000, 400);
        int rounds = scale.of(5, 0); // after one to warm up
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
            JobTable table = new JobTable(CONTENDERS);
            JobRun runs = new JobRun(spark);
            for (int round = 0; round <= rounds; round++) {
                table = round <= 1 ? new JobTable(CONTENDERS) : table;
                List<String> names = new ArrayList<>(CONTENDERS);
                Collections.rotate(names, round);
                for (String name : names) {
                    Path out = Files.createTempDirectory("branches");
                    table.add(name, measured(runs, hits, jobs(name, kafka.bootstrapServers(), out, hits / 2)));
                    requireRows(spark, out, hits);
                }
            }
            table.print();
            return "branches.vs_queries=" + ratio(table, QUERIES) + " branches.vs_hand=" + ratio(table, HAND);
        }
    }

    private static void send(TestKafka kafka, long hits) throws Exception {
        Hits.ofJob().send(kafka, TOPIC, hits);
        try (KafkaProducer<byte[], byte[]> producer = Hits.producer(kafka)) {
            for (long record = 0; record < hits / MALFORMED; record++) {
                byte[] cut = ("{\"id\":" + record + ",\"zip\":\"").getBytes(StandardCharsets.UTF_8);
                var unused = producer.send(new ProducerRecord<>(TOPIC, (int) (record % Hits.PARTITIONS), null, cut));
            }
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

    private static List<JobRun.Job> jobs(String name, String brokers, Path out, long batch) {
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
                        query(source.via(route.malformed().andThen(LETTERS)), out.resolve("malformed")),
                        query(source.via(route.andThen(GOOD)), out.resolve("good")),
                        query(source.via(route.andThen(GOOD).andThen(MISSING)), out.resolve("missing")));
            }
            default -> List.of((spark, checkpoint) -> byHand(spark, brokers, out, batch, checkpoint));
        };
    }

    private static Pipeline branches(KafkaSource source, Path out, Path checkpoint) {
        JsonMarks marks = FIELDS.mark();
        return Pipeline.named("branches")
                .from(source)
                .via(marks)
                .to(Sinks.several(
                                "malformed",
                                marks.malformed().andThen(LETTERS),
                                Sinks.parquet(out.resolve("malformed")))
                        .and("good", marks.good().andThen(GOOD), Sinks.parquet(out.resolve("good")))
                        .and(
                                "missing",
                                marks.good().andThen(GOOD).andThen(MISSING),
                                Sinks.parquet(out.resolve("missing"))))
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
    private static StreamingQuery byHand(SparkSession spark, String brokers, Path out, long batch, Path checkpoint)
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
            parsed.where("hit._corrupt_record is not null")
                    .select("value", "topic", "partition", "offset")
                    .write()
                    .mode("append")
                    .parquet(out.resolve("malformed").toString());
            good.write().mode("append").parquet(out.resolve("good").toString());
            good.where("status = 404")
                    .write()
                    .mode("append")
                    .parquet(out.resolve("missing").toString());
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

    private static void requireRows(SparkSession spark, Path out, long hits) {
        long good = spark.read().parquet(out.resolve("good").toString()).count();
        long malformed =
                spark.read().parquet(out.resolve("malformed").toString()).count();
        long missing = spark.read().parquet(out.resolve("missing").toString()).count();
        long expected = spark.read()
                .parquet(out.resolve("good").toString())
                .where("status = 404")
                .count();
        if (good != hits || malformed != hits / MALFORMED || missing != expected || missing == 0) {
            throw new IllegalStateException(good + " good, " + malformed + " malformed, " + missing + " missing");
        }
    }

    private static String ratio(JobTable table, String other) {
        return String.format(
                Locale.ROOT, "%.2f", table.cpuMicrosecondsPerRow(other) / table.cpuMicrosecondsPerRow(BRANCHES));
    }
}
