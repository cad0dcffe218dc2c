package io.millrace.samples;

import static java.time.Duration.ofMinutes;

import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;

/**
 * Counts page hits by ZIP code in windows of ten minutes, one every five, the first at two minutes past the hour. The
 * watermark lets the state of old windows go; without it they would be kept for ever.
 */
final class HitsPerWindow {
    private HitsPerWindow() {}

    static Pipeline pipeline(Source hits, Sink counts) {
        return Pipeline.named("hits-per-window")
                .from(hits)
                .via(Transforms.jsonFields("value").string("zip", "$.zip").timestamp("hittime", "$.hittime"))
                .via(Transforms.where("zip IS NOT NULL"))
                .via(Transforms.withWatermark("hittime", ofMinutes(10)))
                .via(Transforms.windowedCount("hittime", ofMinutes(10))
                        .every(ofMinutes(5))
                        .startingAt(ofMinutes(2))
                        .by("zip"))
                .to(counts)
                .outputMode(OutputModes.update());
    }

    static void run(SampleEnvironment stage) throws Exception {
        stage.finish(
                pipeline(stage.hits(), Sinks.console().truncate(false))
                        .checkpointAt(stage.checkpoint())
                        .start(stage.spark()),
                SampleEnvironment.HITS.size());
    }
}
