package io.millrace.samples;

import com.github.freva.asciitable.AsciiTable;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Sources;
import io.millrace.core.StreamingQueries;
import io.millrace.samples.demo.DemoDatabase;
import io.millrace.samples.demo.DemoFailure;
import io.millrace.samples.demo.Scratch;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;

/** The resources of a sample: a Spark session, servers (embedded ones with a few hits by default), and a checkpoint. */
final class SampleEnvironment implements AutoCloseable {
    static final List<String> HITS = List.of(
            hit("94105", "2026-01-01T00:03:10Z"),
            hit("94105", "2026-01-01T00:06:00Z"),
            hit("10001", "2026-01-01T00:07:30Z"),
            "{\"zip\":",
            hit("94105", "2026-01-01T00:11:59Z"),
            hit("60601", "2026-01-01T00:12:00Z"));

    private final Samples options;
    private final PrintStream out;
    private final Scratch scratch = new Scratch();
    private final boolean ownsSpark = SparkSession.getDefaultSession().isEmpty();
    private final SparkSession spark = scratch.during(this::session);

    SampleEnvironment(Samples options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    SparkSession spark() {
        return spark;
    }

    void print(String line) {
        out.println(line);
    }

    /** Returns a server of lines: the user's, or one with three lines. */
    HostAndPort lines() {
        return options.socket == null
                ? LineServer.serving(List.of("owl fox owl", "fox", "owl hen"))
                : HostAndPort.parse(options.socket);
    }

    String brokers() {
        return options.kafka == null ? TestKafka.shared().bootstrapServers() : options.kafka;
    }

    /** Returns the user's topic of hits, or a new one with a few hits. */
    KafkaSource hits() {
        return records(HITS);
    }

    /** Returns the user's topic, or a new one with {@code values}. */
    KafkaSource records(List<String> values) {
        String topic = options.topic;
        if (options.kafka == null) {
            topic = newTopic();
            Records.send(brokers(), topic, values);
        }
        return Sources.kafka(brokers()).topics(topic).startingFrom(Offsets.earliest());
    }

    /** Reads an embedded topic from its first record. */
    KafkaSource topic(String name) {
        return Sources.kafka(TestKafka.shared().bootstrapServers()).topics(name).startingFrom(Offsets.earliest());
    }

    String newTopic() {
        String topic = "sample-" + UUID.randomUUID().toString().substring(0, 8);
        TestKafka.shared().createTopic(topic, 2);
        return topic;
    }

    /** Returns the topic to write to. */
    String targetTopic() {
        if (options.kafka != null && options.to == null) {
            throw new DemoFailure("--kafka requires the topic to write to: --to NAME.");
        }
        return options.to == null ? newTopic() : options.to;
    }

    /** Returns the directory to write to. */
    String targetDirectory() {
        return options.to == null ? scratch.resolve("output") : options.to;
    }

    /**
     * Returns the user's database, in which the table must exist, or an embedded one, after creating the table and what
     * {@code more} creates.
     */
    Database database(String table, String columns, String... more) throws SQLException {
        if (options.jdbc != null) {
            return DemoDatabase.at(options.jdbc, options.user).forSink();
        }
        TestPostgres.shared()
                .execute("drop table if exists " + table + " cascade", "create table " + table + " (" + columns + ")");
        TestPostgres.shared().execute(more);
        return DemoDatabase.embedded().forSink();
    }

    /** Prints the table, if the database is embedded. */
    void show(String table) throws SQLException {
        if (options.jdbc != null) {
            return;
        }
        List<String[]> rows = DemoDatabase.embedded().rows(table);
        out.println(AsciiTable.getTable(
                AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
                rows.get(0),
                null,
                rows.subList(1, rows.size()).toArray(String[][]::new)));
    }

    String checkpoint() {
        return options.checkpoint == null ? scratch.resolve("checkpoint") : options.checkpoint;
    }

    /** Runs until all rows are read, or on the user's servers until Ctrl-C, which completes the running batch. */
    void finish(StreamingQuery query, long rows) throws StreamingQueryException {
        if (options.kafka != null || options.socket != null) {
            StreamingQueries.stopAtShutdown(spark, Duration.ofSeconds(20));
            query.awaitTermination();
            return;
        }
        while (query.isActive() && rowsRead(query) < rows) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        if (query.isActive()) {
            StreamingQueries.stopBetweenBatches(query, Duration.ofMinutes(1));
        }
        query.awaitTermination();
        print(query.name() + ": " + rowsRead(query) + " rows read");
    }

    static long rowsRead(StreamingQuery query) {
        return Arrays.stream(query.recentProgress())
                .mapToLong(progress -> progress.numInputRows())
                .sum();
    }

    @Override
    public void close() {
        if (ownsSpark) {
            spark.stop();
        }
        scratch.close();
    }

    private static String hit(String zip, String time) {
        return "{\"zip\":\"" + zip + "\",\"hittime\":\"" + time + "\"}";
    }

    private SparkSession session() {
        SparkSession session = SparkSession.builder()
                .appName("millrace-sample")
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.local.dir", scratch.resolve("local"))
                .config("spark.sql.warehouse.dir", scratch.resolve("warehouse"))
                .getOrCreate();
        SparkSession own = ownsSpark ? session : session.newSession();
        own.conf().set("spark.sql.session.timeZone", "UTC");
        return own;
    }
}
