package io.millrace.samples;

import static java.time.Duration.ofSeconds;

import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Sinks;

/**
 * Writes hits to Parquet, a directory for each ZIP code, a batch every ten seconds, exactly once for Spark's readers. An
 * example that is copied a lot does so in complete mode: a file sink cannot take back what it wrote, so that mode is
 * refused before anything starts, as this program shows.
 */
final class ToParquet {
    private ToParquet() {}

    static Pipeline pipeline(Source hits, Sink files) {
        return Pipeline.named("to-parquet")
                .from(hits)
                .via(Transforms.jsonFields("value").string("zip", "$.zip").timestamp("hittime", "$.hittime"))
                .via(Transforms.where("zip IS NOT NULL"))
                .via(Transforms.select("zip", "hittime"))
                .to(files)
                .every(ofSeconds(10));
    }

    static Pipeline asCopied(Source hits, Sink files) {
        return pipeline(hits, files).via(rows -> rows.groupBy("zip").count()).outputMode(OutputModes.complete());
    }

    static void run(SampleEnvironment stage) throws Exception {
        String directory = stage.toDirectory();
        Source hits = stage.hits();
        Sink files = Sinks.parquet(directory).partitionBy("zip");
        try {
            asCopied(hits, files).checkpointAt(stage.checkpoint()).validate(stage.spark());
        } catch (ValidationException refused) {
            stage.say("refused: " + refused.getMessage());
        }
        stage.finish(
                pipeline(hits, files).checkpointAt(stage.checkpoint()).start(stage.spark()),
                SampleEnvironment.HITS.size());
        stage.spark().read().parquet(directory).orderBy("hittime").show(false);
    }
}
