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
 * Takes all that a topic holds now, in batches of a bounded size, and ends; run it again, on the same checkpoint, and it
 * takes what came since. For a first load, or for a job that a scheduler starts every hour.
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

    static void run(SampleEnvironment stage) throws Exception {
        KafkaSource hits = stage.hits().maxOffsetsPerTrigger(4);
        String directory = stage.toDirectory();
        StreamingQuery query = pipeline(hits, Sinks.parquet(directory))
                .checkpointAt(stage.checkpoint())
                .start(stage.spark());
        query.awaitTermination();
        stage.say("backfill: " + SampleEnvironment.rowsRead(query) + " rows read in " + query.recentProgress().length
                + " batches, " + stage.spark().read().parquet(directory).count() + " written");
    }
}
