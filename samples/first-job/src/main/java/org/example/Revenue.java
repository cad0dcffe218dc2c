package org.example;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.apache.spark.sql.functions.sum;

import io.millrace.core.Offsets;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Secret;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.StreamingQueries;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import org.apache.spark.sql.SparkSession;

/** Adds up the revenue of each shop in windows of five minutes. */
public final class Revenue {
    static Pipeline pipeline(Source orders, Sink revenue) {
        return Pipeline.named("revenue")
                .from(orders)
                .via(Transforms.jsonFields("value")
                        .string("shop", "$.shop")
                        .decimal("amount", "$.amount", 10, 2)
                        .timestamp("time", "$.time"))
                .via(Transforms.where("shop IS NOT NULL"))
                .via(Transforms.withWatermark("time", ofMinutes(10)))
                .via(Transforms.windowed("time", ofMinutes(5))
                        .by("shop")
                        .aggregate(sum("amount").as("revenue")))
                .to(revenue)
                .outputMode(OutputModes.update());
    }

    /** Arguments: brokers, JDBC URL, user, checkpoint. The table has the primary key (window_start, shop). */
    public static void main(String[] arguments) throws Exception {
        SparkSession spark = SparkSession.builder().appName("revenue").getOrCreate();
        StreamingQueries.stopAtShutdown(spark, ofSeconds(25));
        Database database = Database.at(arguments[1]).user(arguments[2]).password(Secret.env("PGPASSWORD"));
        pipeline(
                        Sources.kafka(arguments[0]).topics("orders").startingFrom(Offsets.earliest()),
                        Sinks.jdbc(database).table("revenue").upsertOn("window_start", "shop"))
                .every(ofSeconds(10))
                .statePartitions(8)
                .checkpointAt(arguments[3])
                .start(spark)
                .awaitTermination();
    }
}
