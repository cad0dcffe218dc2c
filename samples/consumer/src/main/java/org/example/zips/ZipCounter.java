package org.example.zips;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.Secret;
import io.millrace.core.StreamingQueries;
import io.millrace.core.Transforms;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A job in Spark's own API that uses Millrace in two lines: the transform that extracts the ZIP code from JSON, and the
 * writer that upserts into PostgreSQL.
 */
public final class ZipCounter {
    private ZipCounter() {}

    /** Arguments: directory of hits, checkpoint, JDBC URL, user, file with the password. */
    public static void main(String[] arguments) throws Exception {
        SparkSession spark = SparkSession.builder().appName("zip-counter").getOrCreate();
        StreamingQueries.stopAtShutdown(spark, Duration.ofSeconds(25));
        Database database =
                Database.at(arguments[2]).user(arguments[3]).password(Secret.file(Path.of(arguments[4])));

        Dataset<Row> lines = spark.readStream().option("maxFilesPerTrigger", 4).text(arguments[0]);
        Dataset<Row> counts = countByZip(lines);
        counts.writeStream()
                .queryName("zip-counter")
                .outputMode("update")
                .trigger(Trigger.AvailableNow())
                .option("checkpointLocation", arguments[1])
                .foreach(Sinks.jdbc(database).table("zip_hits").upsertOn("zip").writer(counts.schema()))
                .start()
                .awaitTermination();
        spark.stop();
    }

    static Dataset<Row> countByZip(Dataset<Row> lines) {
        return lines.transform(Transforms.jsonField("zip", "$.zip"))
                .where(col("zip").isNotNull())
                .groupBy("zip")
                .count();
    }
}
