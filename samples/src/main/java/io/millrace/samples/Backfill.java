package io.millrace.samples;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.KafkaSource;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Reads all records that are in a topic now, in batches of limited size, and ends. The next run with the same
 * checkpoint reads the records that were added since. For an initial load, or for a job that a scheduler starts every
 * hour.
 */
final class Backfill {
    private Backfill() {}

    static Pipeline pipeline(Source hits, Sink files) {
        return Pipeline.named("backfill")
                .from(hits)
                .via(Transforms.jsonField("zip", "$.zip"))
                .via(rows -> rows.where(col("zip").isNotNull()).select("zip", "offset", "partition"))
                .to(files)
                .availableNow();
    }

    static void run(SampleEnvironment environment) throws Exception {
        KafkaSource hits = environment.hits().maxOffsetsPerTrigger(4);
        String directory = environment.targetDirectory();
        StreamingQuery query = pipeline(hits, Sinks.parquet(directory))
                .checkpointAt(environment.checkpoint())
                .start(environment.spark());
        query.awaitTermination();
        environment.print("backfill: " + SampleEnvironment.rowsRead(query) + " rows read in "
                + query.recentProgress().length + " batches, "
                + environment.spark().read().parquet(directory).count() + " written");
    }
}
