package io.millrace.chaos;

import io.millrace.testkit.TestKafka;
import io.millrace.testkit.TestPostgres;
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

/** The servers and the Spark session that all trials of a run share. */
final class Rig implements AutoCloseable {
    private final ReadWriteLock databaseUp = new ReentrantReadWriteLock();
    private final AtomicInteger topics = new AtomicInteger();
    private final Path directory;
    private final TestPostgres postgres;
    private final TestKafka kafka;
    private final SparkSession spark;

    private Rig(Path directory, TestPostgres postgres, TestKafka kafka, SparkSession spark) {
        this.directory = directory;
        this.postgres = postgres;
        this.kafka = kafka;
        this.spark = spark;
    }

    /** @param directory where checkpoints go */
    static Rig start(Path directory) {
        return new Rig(
                directory,
                TestPostgres.configured()
                        .setting("deadlock_timeout", "100ms")
                        .setting("shared_buffers", "64MB")
                        .start(),
                TestKafka.start(),
                session("local[" + 2 * Feed.PARTITIONS + "]"));
    }

    static SparkSession session(String master) {
        return SparkSession.builder()
                .master(master)
                .appName("chaos")
                .config("spark.ui.enabled", false)
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.executor.extraClassPath", LocalCluster.classPath())
                .config("spark.sql.shuffle.partitions", 1)
                .config("spark.sql.streaming.minBatchesToRetain", 1_000_000)
                .config("spark.sql.ui.explainMode", "simple")
                .config("spark.sql.maxPlanStringLength", 100)
                .config("spark.hadoop.fs." + CheckpointFiles.SCHEME + ".impl", CheckpointFiles.class.getName())
                .getOrCreate();
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

    /** A topic of its own, which nobody has written to. */
    Feed newFeed(Truth truth) {
        String topic = "truth-" + topics.incrementAndGet();
        kafka.createTopic(topic, Feed.PARTITIONS);
        return new Feed(truth, kafka.bootstrapServers(), topic);
    }

    /** Ends PostgreSQL by SIGKILL and starts it again; nobody who goes through {@link #query} is in between. */
    void killDatabase() {
        databaseUp.writeLock().lock();
        try {
            postgres.kill();
            postgres.restart();
        } finally {
            databaseUp.writeLock().unlock();
        }
    }

    synchronized void killBroker() {
        kafka.kill();
        kafka.restart();
    }

    /** Asks the database directly, not through a proxy, while it is up. */
    <T> List<T> query(String sql, RowReader<T> reader) throws SQLException {
        databaseUp.readLock().lock();
        try (Connection connection = postgres.connect();
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

    /** A connection that does not go through a proxy, once the database is up. */
    Connection connect() throws SQLException {
        databaseUp.readLock().lock();
        try {
            return postgres.connect();
        } finally {
            databaseUp.readLock().unlock();
        }
    }

    void execute(String... statements) throws SQLException {
        databaseUp.readLock().lock();
        try {
            postgres.execute(statements);
        } finally {
            databaseUp.readLock().unlock();
        }
    }

    @Override
    public void close() {
        spark.stop();
        kafka.close();
        postgres.close();
    }

    /** Makes a value of a row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
