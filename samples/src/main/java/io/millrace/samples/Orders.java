package io.millrace.samples;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.sum;

import io.millrace.core.JsonMarks;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Lookups;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Orders from Kafka, read once: malformed records go to a topic of their own, the others get the segment of their
 * customer from a table and go to Parquet by day. A second query, since the first one has no state before its branches,
 * sums the revenue of each hour by segment and product from those files, and upserts it into a table.
 */
public final class Orders {
    private static final JsonMarks ORDERS = Transforms.jsonFields("value")
            .bigint("id", "$.id")
            .bigint("customer_id", "$.customer_id")
            .timestamp("at", "$.at")
            .string("shop", "$.shop")
            .string("channel", "$.channel")
            .string("currency", "$.currency")
            .string("coupon", "$.coupon")
            .string("zip", "$.zip")
            .bool("express", "$.express")
            .decimal("discount", "$.discount", 10, 2)
            .string("note", "$.note")
            .field("items", "$.items", "ARRAY<STRUCT<sku STRING, pieces INT, price DECIMAL(10,2)>>")
            .mark();

    /** The columns of the files. */
    static final String COLUMNS = "id BIGINT, customer_id BIGINT, at TIMESTAMP, shop STRING, channel STRING,"
            + " currency STRING, coupon STRING, zip STRING, express BOOLEAN, discount DECIMAL(10,2), note STRING,"
            + " items ARRAY<STRUCT<sku STRING, pieces INT, price DECIMAL(10,2)>>, segment STRING, day DATE";

    private Orders() {}

    /** The segment of each customer; orders of others get the segment {@code unknown}. */
    static Transform segments(Database database) {
        return Lookups.jdbc(database)
                .table("customers")
                .key("customer_id")
                .columns("segment")
                .andThen(Transforms.fillNulls("segment", "unknown"));
    }

    static Pipeline orders(Source orders, Transform segments, Sink files, Sink letters) {
        Transform byDay = Transforms.withColumn("day", "to_date(at)")
                .andThen(rows ->
                        rows.drop("key", "value", "topic", "partition", "offset", "timestamp", "timestampType"));
        return Pipeline.named("orders")
                .from(orders)
                .via(ORDERS)
                .to(Sinks.several("malformed", ORDERS.malformed(), letters)
                        .and("files", ORDERS.good().andThen(segments).andThen(byDay), files))
                .availableNow();
    }

    static Sink files(Path directory) {
        return Sinks.parquet(directory).partitionBy("day");
    }

    static Source enriched(Path directory) {
        return Sources.parquet(directory).schema(COLUMNS);
    }

    static Pipeline revenue(Source enriched, Sink table) {
        return Pipeline.named("revenue-of-orders")
                .from(enriched)
                .via(Transforms.withWatermark("at", Duration.ofHours(1)))
                .via(Transforms.explode("items", "item"))
                .via(Transforms.windowed("at", Duration.ofHours(1))
                        .by("segment", "item.sku")
                        .aggregate(sum(expr("item.pieces * item.price")).as("revenue")))
                .to(table)
                .outputMode(OutputModes.update())
                .statePartitions(2)
                .availableNow();
    }

    static Sink table(Database database) {
        return Sinks.jdbc(database).table("revenue").upsertOn("window_start", "segment", "sku");
    }
}
