package io.millrace.samples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.split;

import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.sinks.Sinks;

/**
 * Counts words that come through a TCP socket and prints all counts in each micro-batch: complete mode, whose state
 * never shrinks, and a source that cannot replay. For a first look, not for production.
 */
final class SocketWordCount {
    private SocketWordCount() {}

    static Pipeline pipeline(Source lines, Sink counts) {
        return Pipeline.named("word-count")
                .from(lines)
                .via(words())
                .via(rows -> rows.groupBy("word").count())
                .to(counts)
                .outputMode(OutputModes.complete());
    }

    static Transform words() {
        return rows ->
                rows.select(explode(split(col("value"), "\\s+")).as("word")).where("word != ''");
    }

    static void run(SampleEnvironment stage) throws Exception {
        HostAndPort lines = stage.lines();
        stage.finish(
                pipeline(Sources.socket(lines.host(), lines.port()), Sinks.console())
                        .start(stage.spark()),
                3);
    }
}
