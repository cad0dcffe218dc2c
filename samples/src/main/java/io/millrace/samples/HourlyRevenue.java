package io.millrace.samples;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.sum;

import io.millrace.core.JsonRoute;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import java.util.List;

/**
 * Sums the revenue of each hour by segment of customers and product, and writes it to Parquet by day. Orders are JSON
 * in Kafka; malformed ones go to a topic of their own. Segments come from a static table of customers.
 */
public final class HourlyRevenue {
    private static final JsonRoute ORDERS = Transforms.jsonFields("value")
            .bigint("customer", "$.customer")
            .timestamp("at", "$.at")
            .field("items", "$.items", "ARRAY<STRUCT<sku STRING, pieces INT, price DECIMAL(10,2)>>")
            .route();

    private HourlyRevenue() {}

    public static KafkaSource source(String brokers, String topic) {
        return Sources.kafka(brokers).topics(topic).startingFrom(Offsets.earliest());
    }

    public static Pipeline revenue(Source orders, Sink files) {
        return Pipeline.named("revenue")
                .from(orders)
                .via(ORDERS)
                .via(Transforms.leftJoin(spark -> spark.table("customers"), "customer"))
                .via(Transforms.fillNulls("segment", "unknown"))
                .via(Transforms.explode("items", "item"))
                .via(Transforms.withWatermark("at", ofMinutes(10)))
                .via(Transforms.windowed("at", ofHours(1))
                        .by("segment", "item.sku")
                        .aggregate(sum(expr("item.pieces * item.price")).as("revenue")))
                .via(Transforms.withColumn("day", "to_date(window_start)"))
                .to(files)
                .availableNow();
    }

    public static Pipeline malformed(Source orders, Sink topic) {
        return Pipeline.named("malformed-orders")
                .from(orders)
                .via(ORDERS.malformed())
                .via(Transforms.select("value"))
                .to(topic)
                .availableNow();
    }

    public static Sink files(String directory) {
        return Sinks.parquet(directory).partitionBy("day");
    }

    static void run(SampleEnvironment environment) throws Exception {
        environment
                .spark()
                .sql("SELECT * FROM VALUES (1L, 'gold'), (2L, 'basic') AS customers (customer, segment)")
                .createOrReplaceTempView("customers");
        KafkaSource orders = environment.records(List.of(
                "{\"customer\":1,\"at\":\"2026-01-01T00:05:00Z\","
                        + "\"items\":[{\"sku\":\"pen\",\"pieces\":2,\"price\":1.50},"
                        + "{\"sku\":\"ink\",\"pieces\":1,\"price\":3}]}",
                "{\"customer\":1,\"at\":\"2026-01-01T00:06:00Z\",\"items\":[{\"sku\":\"pen\",\"pieces\":\"two\"}]}",
                "{\"customer\":2,\"at\":\"2026-01-01T00:07:00Z\","
                        + "\"items\":[{\"sku\":\"pen\",\"pieces\":4,\"price\":1.50}]}",
                "{\"customer\":2,\"at\":\"2026-01-02T00:00:00Z\",\"items\":[]}",
                "{\"customer\":2,\"at\":\"2026-01-02T12:00:00Z\","
                        + "\"items\":[{\"sku\":\"pen\",\"pieces\":1,\"price\":1.50}]}"));
        String directory = environment.targetDirectory();
        String bad = environment.newTopic();
        malformed(orders, Sinks.kafka(environment.brokers()).topic(bad))
                .checkpointAt(environment.checkpoint() + "/malformed")
                .start(environment.spark())
                .awaitTermination();
        revenue(orders, files(directory))
                .statePartitions(2)
                .checkpointAt(environment.checkpoint() + "/revenue")
                .start(environment.spark())
                .awaitTermination();
        environment
                .spark()
                .read()
                .parquet(directory)
                .orderBy("window_start", "segment", "sku")
                .collectAsList()
                .forEach(row -> environment.print("revenue: " + row));
    }
}
