package io.millrace.sinks.jdbc;

import io.millrace.core.ContinuousQueries;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.TestStreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Runs a continuous query over a topic with several partitions, as long as it takes for twenty epochs of it; again
 * after the loss of its last commits; and with two partitions more. The table must get all rows, its query no error.
 */
final class ContinuousDriver {
    private static final int EPOCHS = 20;
    private static final int LOST = 3;

    private final Database database;
    private final Path checkpoint;
    private final String brokers;
    private final String topic;
    private int partitions;
    private long sent;

    private ContinuousDriver(Database database, Path checkpoint, String brokers, String topic, int partitions) {
        this.database = database;
        this.checkpoint = checkpoint;
        this.brokers = brokers;
        this.topic = topic;
        this.partitions = partitions;
    }

    public static void main(String[] arguments) throws Exception {
        int partitions = Integer.parseInt(arguments[4]);
        TestStreams.session("local[" + (partitions + 2) + "]");
        ContinuousDriver driver = new ContinuousDriver(
                ChildDriver.database(arguments[0]),
                Path.of(arguments[1], "checkpoint"),
                arguments[2],
                arguments[3],
                partitions);
        driver.runForSomeEpochs();
        driver.loseCommits();
        driver.runForSomeEpochs();
        driver.runWithMorePartitions();
        System.exit(0);
    }

    private void runForSomeEpochs() throws Exception {
        StreamingQuery query = started();
        ContinuousQueries.awaitFirstEpoch(query);
        feedForEpochs(query);
        stopWithAllRows(query);
    }

    private void runWithMorePartitions() throws Exception {
        StreamingQuery query = started();
        ContinuousQueries.awaitFirstEpoch(query);
        feedForEpochs(query);
        partitions += 2;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                    .all()
                    .get();
        }
        feedForEpochs(query);
        stopWithAllRows(query);
    }

    private StreamingQuery started() throws Exception {
        SparkSession spark = TestStreams.session();
        Dataset<Row> rows = spark.readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", brokers)
                .option("kafka.metadata.max.age.ms", "100")
                .option("subscribe", topic)
                .option("startingOffsets", "earliest")
                .load()
                .selectExpr("cast(cast(value as string) as bigint) as id");
        return Sinks.jdbc(database)
                .table("continuous")
                .upsertOn("id")
                .durableRows()
                .write(rows)
                .option("checkpointLocation", checkpoint.toString())
                .trigger(Trigger.Continuous(50))
                .start();
    }

    private void feedForEpochs(StreamingQuery query) throws Exception {
        long last = lastEpoch() + EPOCHS;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer())) {
            while (lastEpoch() < last) {
                for (int partition : IntStream.range(0, partitions).toArray()) {
                    byte[] value = Long.toString(sent++).getBytes(StandardCharsets.UTF_8);
                    Future<?> unused = producer.send(new ProducerRecord<>(topic, partition, null, value));
                }
                producer.flush();
                query.awaitTermination(5); // throws if the query has failed
            }
        }
    }

    private void stopWithAllRows(StreamingQuery query) throws Exception {
        String all = "SELECT 1 FROM continuous HAVING count(*) = " + sent;
        try (var connection = Pools.borrow(database, "test")) {
            while (Server.rows(connection, all).isEmpty()) {
                connection.commit();
                query.awaitTermination(20);
            }
        }
        query.stop();
        if (query.exception().isDefined()) {
            throw query.exception().get();
        }
    }

    private void loseCommits() throws IOException {
        long last = lastEpoch();
        for (long epoch = last; epoch > last - LOST; epoch--) {
            Files.delete(checkpoint.resolve("commits/" + epoch));
            Files.deleteIfExists(checkpoint.resolve("commits/." + epoch + ".crc"));
        }
    }

    private long lastEpoch() throws IOException {
        try (Stream<Path> commits = Files.list(checkpoint.resolve("commits"))) {
            List<Long> epochs = commits.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .map(Long::valueOf)
                    .toList();
            return epochs.stream().mapToLong(epoch -> epoch).max().orElse(-1);
        }
    }
}
