package io.millrace.samples;

import static java.time.Duration.ofMinutes;

import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;

/**
 * Counts page hits by ZIP code in windows of ten minutes, every five minutes, starting at two minutes past the hour.
 * The watermark bounds the state: without it, Spark would keep all windows forever.
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

    static void run(SampleEnvironment environment) throws Exception {
        environment.finish(
                pipeline(environment.hits(), Sinks.console().truncate(false))
                        .statePartitions(2)
                        .checkpointAt(environment.checkpoint())
                        .start(environment.spark()),
                SampleEnvironment.HITS.size());
    }
}
