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
 * Writes hits to Parquet every ten seconds, partitioned by ZIP code, exactly once for readers that use Spark. Also
 * shows that complete mode, as in many copied examples, is rejected before the start, since a file sink cannot replace
 * its files.
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

    static Pipeline inCompleteMode(Source hits, Sink files) {
        return pipeline(hits, files).via(rows -> rows.groupBy("zip").count()).outputMode(OutputModes.complete());
    }

    static void run(SampleEnvironment environment) throws Exception {
        String directory = environment.targetDirectory();
        Source hits = environment.hits();
        Sink files = Sinks.parquet(directory).partitionBy("zip");
        try {
            inCompleteMode(hits, files).checkpointAt(environment.checkpoint()).validate(environment.spark());
        } catch (ValidationException rejected) {
            environment.print("rejected: " + rejected.getMessage());
        }
        environment.finish(
                pipeline(hits, files).checkpointAt(environment.checkpoint()).start(environment.spark()),
                SampleEnvironment.HITS.size());
        environment.spark().read().parquet(directory).orderBy("hittime").show(false);
    }
}
