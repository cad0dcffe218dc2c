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
 * Counts words from a TCP socket and prints all counts in each micro-batch. For interactive use, not for production:
 * the state of complete mode never shrinks, and the source cannot replay.
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

    static void run(SampleEnvironment environment) throws Exception {
        HostAndPort lines = environment.lines();
        environment.finish(
                pipeline(Sources.socket(lines.host(), lines.port()), Sinks.console())
                        .statePartitions(2)
                        .start(environment.spark()),
                3);
    }
}
