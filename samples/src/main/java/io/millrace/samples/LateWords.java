package io.millrace.samples;

import static java.time.Duration.ofMinutes;

import io.millrace.core.Offsets;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import java.time.Instant;
import java.util.Arrays;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Counts words in windows of ten minutes by the time of their record, and waits ten minutes for late ones: a record
 * is dropped if its window ended before the watermark. The watermark is the greatest time of all partitions minus the
 * delay; it is updated after each batch, for the next one.
 */
final class LateWords {
    private LateWords() {}

    static Pipeline pipeline(Source lines, Sink counts) {
        return Pipeline.named("late-words")
                .from(lines)
                .via(words())
                .via(Transforms.withWatermark("timestamp", ofMinutes(10)))
                .via(Transforms.windowedCount("timestamp", ofMinutes(10)).by("word"))
                .to(counts)
                .outputMode(OutputModes.update());
    }

    private static Transform words() {
        return rows -> rows.selectExpr("timestamp", "explode(split(cast(value as string), '\\\\s+')) as word")
                .where("word != ''");
    }

    static void run(SampleEnvironment environment) throws Exception {
        String topic = environment.newTopic();
        StreamingQuery query = pipeline(
                        Sources.kafka(environment.brokers()).topics(topic).startingFrom(Offsets.earliest()),
                        Sinks.console().truncate(false))
                .statePartitions(2)
                .checkpointAt(environment.checkpoint())
                .start(environment.spark());
        send(environment, query, topic, "12:03", "owl", "counted");
        send(environment, query, topic, "12:14", "fox", "counted, and moves the watermark to 12:04");
        send(
                environment,
                query,
                topic,
                "12:08",
                "owl",
                "late: its window 12:00 to 12:10 is still open, so it is counted");
        send(environment, query, topic, "12:25", "fox", "counted, and moves the watermark to 12:15");
        send(
                environment,
                query,
                topic,
                "12:09",
                "owl",
                "too late: its window ended before the watermark, so it is dropped");
        environment.print("dropped by the watermark: " + dropped(query));
        environment.finish(query, 5);
    }

    private static void send(
            SampleEnvironment environment, StreamingQuery query, String topic, String time, String word, String what) {
        environment.print(time + " " + word + ": " + what);
        Records.send(environment.brokers(), topic, Instant.parse("2026-01-01T" + time + ":00Z"), word);
        query.processAllAvailable();
    }

    private static long dropped(StreamingQuery query) {
        return Arrays.stream(query.recentProgress())
                .flatMap(progress -> Arrays.stream(progress.stateOperators()))
                .mapToLong(state -> state.numRowsDroppedByWatermark())
                .sum();
    }
}
