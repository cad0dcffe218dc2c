package io.millrace.samples.plain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.window;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/** The job of the sample {@code HourlyRevenue} in plain Spark. */
public final class PlainHourlyRevenue {
    private static final StructType ORDER = StructType.fromDDL("customer BIGINT, at TIMESTAMP,"
            + " items ARRAY<STRUCT<sku: STRING, pieces: INT, price: DECIMAL(10,2)>>, _corrupt_record STRING");

    private PlainHourlyRevenue() {}

    public static Dataset<Row> source(SparkSession spark, String brokers, String topic) {
        return spark.readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", brokers)
                .option("subscribe", topic)
                .option("startingOffsets", "earliest")
                .load()
                .withColumn("order", from_json(col("value").cast("string"), ORDER, Map.of("mode", "PERMISSIVE")));
    }

    public static DataStreamWriter<Row> revenue(Dataset<Row> orders, String directory, String checkpoint) {
        return orders.where("order._corrupt_record IS NULL")
                .select("order.*")
                .join(orders.sparkSession().table("customers"), new String[] {"customer"}, "left")
                .na()
                .fill("unknown", new String[] {"segment"})
                .withColumn("item", explode(col("items")))
                .withWatermark("at", "10 minutes")
                .groupBy(window(col("at"), "1 hour"), col("segment"), col("item.sku"))
                .agg(sum(expr("item.pieces * item.price")).as("revenue"))
                .select(
                        col("window.start").as("window_start"),
                        col("window.end").as("window_end"),
                        col("segment"),
                        col("sku"),
                        col("revenue"),
                        to_date(col("window.start")).as("day"))
                .writeStream()
                .queryName("orders")
                .format("parquet")
                .option("path", directory)
                .option("checkpointLocation", checkpoint)
                .partitionBy("day")
                .trigger(Trigger.AvailableNow());
    }

    public static DataStreamWriter<Row> malformed(
            Dataset<Row> orders, String brokers, String topic, String checkpoint) {
        return orders.where("order._corrupt_record IS NOT NULL")
                .select("value")
                .writeStream()
                .queryName("malformed-orders")
                .format("kafka")
                .option("kafka.bootstrap.servers", brokers)
                .option("topic", topic)
                .option("checkpointLocation", checkpoint)
                .trigger(Trigger.AvailableNow());
    }
}
