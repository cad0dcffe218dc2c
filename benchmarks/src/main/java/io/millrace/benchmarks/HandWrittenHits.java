package io.millrace.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.window;

import java.io.Serializable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * The same jobs, written well by hand with Spark alone; all settings but the shuffle partitions are defaults, unless
 * {@code consumer} has others. Each query has a session of its own. Batches are unlimited if {@code rowsPerBatch} is 0.
 */
record HandWrittenHits(String servers, String url, Properties login, Map<String, String> consumer)
        implements Serializable {
    private static final StructType SCHEMA =
            StructType.fromDDL("zip string, hittime timestamp, status int, bytes bigint, user string");
    private static final String UPSERT = "INSERT INTO " + HitTables.COUNTS
            + " (window_start, window_end, zip, count) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (window_start, zip) DO UPDATE"
            + " SET window_end = EXCLUDED.window_end, count = EXCLUDED.count";
    private static final String REWRITTEN = "?reWriteBatchedInserts=true";
    private static final int BATCH = 1_000;

    static HandWrittenHits on(String servers, HitTables tables) {
        return new HandWrittenHits(servers, tables.url(), tables.login(), Map.of());
    }

    /** Does not wait for records at the end of a partition, as Millrace's source by default. */
    HandWrittenHits withoutWait() {
        return new HandWrittenHits(servers, url, login, Map.of("kafka.fetch.max.wait.ms", "10"));
    }

    /** Parses each document once, and upserts in JDBC batches, with one connection and one commit for each task. */
    StreamingQuery counts(SparkSession spark, String topic, long rowsPerBatch, Trigger trigger, Path checkpoint)
            throws TimeoutException {
        ForeachPartitionFunction<Row> partition = this::upsert;
        VoidFunction2<Dataset<Row>, Long> batch = (rows, id) -> rows.foreachPartition(partition);
        return read(spark, topic, rowsPerBatch)
                .select(from_json(col("value").cast("string"), SCHEMA).as("hit"))
                .select("hit.*")
                .withWatermark("hittime", "10 minutes")
                .groupBy(window(col("hittime"), "10 minutes", "5 minutes"), col("zip"))
                .count()
                .select(
                        col("window.start").as("window_start"),
                        col("window.end").as("window_end"),
                        col("zip"),
                        col("count"))
                .writeStream()
                .outputMode("update")
                .foreachBatch(batch)
                .trigger(trigger)
                .option("checkpointLocation", checkpoint.toString())
                .start();
    }

    /** Appends with Spark's own writer; a batch that runs again appends again. */
    StreamingQuery raw(SparkSession spark, String topic, long rowsPerBatch, Trigger trigger, Path checkpoint)
            throws TimeoutException {
        VoidFunction2<Dataset<Row>, Long> batch =
                (rows, id) -> rows.write().mode("append").jdbc(url + REWRITTEN, HitTables.RAW, login);
        return read(spark, topic, rowsPerBatch)
                .select(
                        col("partition"),
                        col("offset"),
                        col("timestamp"),
                        col("value").cast("string"))
                .writeStream()
                .foreachBatch(batch)
                .trigger(trigger)
                .option("checkpointLocation", checkpoint.toString())
                .start();
    }

    private Dataset<Row> read(SparkSession spark, String topic, long rowsPerBatch) {
        spark.conf().set("spark.sql.shuffle.partitions", HitPipelines.STATE_PARTITIONS);
        DataStreamReader reader = spark.readStream()
                .format("kafka")
                .options(consumer)
                .option("kafka.bootstrap.servers", servers)
                .option("subscribe", topic)
                .option("startingOffsets", "earliest");
        return (rowsPerBatch > 0 ? reader.option("maxOffsetsPerTrigger", rowsPerBatch) : reader).load();
    }

    private void upsert(Iterator<Row> rows) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url + REWRITTEN, login);
                PreparedStatement statement = connection.prepareStatement(UPSERT)) {
            connection.setAutoCommit(false);
            for (int pending = 1; rows.hasNext(); pending++) {
                Row row = rows.next();
                statement.setTimestamp(1, row.getTimestamp(0));
                statement.setTimestamp(2, row.getTimestamp(1));
                statement.setString(3, row.getString(2));
                statement.setLong(4, row.getLong(3));
                statement.addBatch();
                if (pending % BATCH == 0 || !rows.hasNext()) {
                    statement.executeBatch();
                }
            }
            connection.commit();
        }
    }
}
