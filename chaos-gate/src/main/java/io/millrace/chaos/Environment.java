package io.millrace.chaos;

import io.millrace.chaos.checker.Truth;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.spark.sql.SparkSession;

/** The servers and the Spark session that all trials share. */
final class Environment implements AutoCloseable {
    private static final int LINES_SHOWN = 30;

    private final ReadWriteLock databaseUp = new ReentrantReadWriteLock();
    private final AtomicInteger topics = new AtomicInteger();
    private final AtomicInteger schemas = new AtomicInteger();
    private final Path directory;
    private final TestPostgres postgres;
    private final TestKafka kafka;
    private final SparkSession spark;

    private final ClassArchive archive;
    private volatile long lastKill = System.nanoTime();

    private Environment(
            Path directory, ClassArchive archive, TestPostgres postgres, TestKafka kafka, SparkSession spark) {
        this.directory = directory;
        this.archive = archive;
        this.postgres = postgres;
        this.kafka = kafka;
        this.spark = spark;
    }

    /** @param directory for checkpoints */
    static Environment start(Path directory) throws IOException {
        return new Environment(
                directory,
                new ClassArchive(directory.resolve("class-archive")),
                TestPostgres.configured()
                        // The server checks a waiting session once, after this time; by then the deadlock must exist.
                        .setting("deadlock_timeout", "500ms")
                        .setting("shared_buffers", "64MB")
                        // A crash loses transactions that were committed asynchronously within this time.
                        .setting("wal_writer_delay", "10s")
                        .start(),
                TestKafka.start(),
                session("local[" + 4 * Feed.PARTITIONS + "]"));
    }

    static SparkSession session(String master) {
        return SparkSession.builder()
                .master(master)
                .appName("chaos")
                .config("spark.ui.enabled", false)
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.executor.extraClassPath", LocalCluster.classPath())
                .config("spark.executor.extraJavaOptions", LocalCluster.options())
                .config("spark.sql.shuffle.partitions", 1)
                .config("spark.sql.streaming.minBatchesToRetain", 1_000_000)
                .config("spark.sql.streaming.stopTimeout", "2s")
                .config("spark.sql.ui.explainMode", "simple")
                .config("spark.sql.maxPlanStringLength", 100)
                // Cached consumers are not leaks, so they are evicted early.
                .config("spark.kafka.consumer.cache.timeout", "10s")
                .config("spark.kafka.consumer.cache.evictorThreadRunInterval", "5s")
                .config("spark.kafka.consumer.fetchedData.cache.timeout", "10s")
                .config("spark.kafka.consumer.fetchedData.cache.evictorThreadRunInterval", "5s")
                .config("spark.deploy.maxExecutorRetries", -1)
                .config("spark.sql.streaming.checkpointFileManagerClass", ChaosCheckpointFiles.class.getName())
                .getOrCreate();
    }

    /** Returns the class path and class archive of child processes. */
    ClassArchive archive() {
        return archive;
    }

    Path directory() {
        return directory;
    }

    TestPostgres postgres() {
        return postgres;
    }

    TestKafka kafka() {
        return kafka;
    }

    SparkSession spark() {
        return spark;
    }

    /**
     * Creates an empty topic. The broker is not killed meanwhile: a client that retries after a lost reply would find
     * that the topic exists.
     */
    synchronized Feed newFeed(Truth truth) {
        String topic = "truth-" + topics.incrementAndGet();
        kafka.createTopic(topic, Feed.PARTITIONS);
        return new Feed(truth, kafka.bootstrapServers(), topic);
    }

    /** Kills PostgreSQL by SIGKILL and restarts it; waits for running calls of {@link #query}. */
    void killDatabase() {
        databaseUp.writeLock().lock();
        try {
            postgres.kill();
            postgres.restart();
        } finally {
            lastKill = System.nanoTime();
            databaseUp.writeLock().unlock();
        }
    }

    synchronized void killBroker() {
        kafka.kill();
        kafka.restart();
        lastKill = System.nanoTime();
    }

    /** Returns the time ({@link System#nanoTime}) since which both servers have been up. */
    long lastKill() {
        return lastKill;
    }

    /** Creates an empty schema. */
    String newSchema() throws SQLException {
        String schema = "trial" + schemas.incrementAndGet();
        try (Connection connection = connect("public");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + schema);
        }
        return schema;
    }

    /** Queries the database directly, bypassing the proxies, as soon as it is up. */
    <T> List<T> query(String schema, String sql, RowReader<T> reader) throws SQLException {
        databaseUp.readLock().lock();
        try (Connection connection = connect(schema);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<T> rows = new ArrayList<>();
            while (row.next()) {
                rows.add(reader.read(row));
            }
            return rows;
        } finally {
            databaseUp.readLock().unlock();
        }
    }

    /** Opens a connection that bypasses the proxies, as soon as the database is up. */
    Connection connect(String schema) throws SQLException {
        databaseUp.readLock().lock();
        try {
            Connection connection = postgres.connect();
            connection.setSchema(schema);
            return connection;
        } finally {
            databaseUp.readLock().unlock();
        }
    }

    void execute(String schema, String... statements) throws SQLException {
        try (Connection connection = connect(schema);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Copies the logs of the servers and of the driver processes to a directory, and the broker's stacks. */
    void keepLogs(Path evidence) throws IOException {
        DriverProcess.printStacks(kafka.pid(), evidence.resolve("kafka.stacks"));
        Evidence.copy(kafka.directory().resolve("server.log"), evidence.resolve("kafka.log"));
        Evidence.copy(postgres.directory().resolve("server.log"), evidence.resolve("postgres.log"));
        Evidence.copy(directory.resolve(DriverProcess.LOGS), evidence.resolve(DriverProcess.LOGS));
    }

    /** Whether the broker is running, and the end of its log. */
    String describeBroker() throws IOException {
        List<String> log = Files.readAllLines(kafka.directory().resolve("server.log"));
        List<String> end = log.subList(Math.max(0, log.size() - LINES_SHOWN), log.size());
        return "The broker is " + (kafka.isRunning() ? "running" : "gone") + ". The end of its log:\n  "
                + String.join("\n  ", end);
    }

    @Override
    public void close() {
        spark.stop();
        kafka.close();
        postgres.close();
    }

    /** Maps a row to a value. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
