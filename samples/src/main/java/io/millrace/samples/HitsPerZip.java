package io.millrace.samples;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;

/** Counts page hits by ZIP code from the beginning of the topic, and prints the counts that have changed. */
final class HitsPerZip {
    private HitsPerZip() {}

    static Pipeline pipeline(Source hits, Sink counts) {
        return Pipeline.named("hits-per-zip")
                .from(hits)
                .via(Transforms.jsonField("zip", "$.zip"))
                .via(rows -> rows.where(col("zip").isNotNull()))
                .via(rows -> rows.groupBy("zip").count())
                .to(counts)
                .outputMode(OutputModes.update());
    }

    static void run(SampleEnvironment environment) throws Exception {
        environment.finish(
                pipeline(environment.hits(), Sinks.console())
                        .statePartitions(2)
                        .checkpointAt(environment.checkpoint())
                        .start(environment.spark()),
                SampleEnvironment.HITS.size());
    }
}
