package io.millrace.samples;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.sinks.Sinks;

/**
 * Writes any stream to Kafka: the value is a JSON document of all columns, the key a string. Kafka's sink delivers at
 * least once: a batch that runs again is written again, so the key names the row for whoever reads it.
 */
final class AnyToKafka {
    private static final int ROWS = 10;

    private AnyToKafka() {}

    static Pipeline pipeline(Source rows, Sink kafka) {
        return Pipeline.named("to-kafka")
                .from(rows)
                .via(all -> all.withColumn("id", col("value").cast("string")))
                .to(kafka);
    }

    static void run(SampleEnvironment stage) throws Exception {
        String topic = stage.toTopic();
        Pipeline pipeline = pipeline(
                Sources.rate().rowsPerSecond(ROWS),
                Sinks.kafka(stage.brokers()).topic(topic).keyFrom("id").valueAsJson("timestamp", "value"));
        stage.finish(pipeline.checkpointAt(stage.checkpoint()).start(stage.spark()), ROWS);
        Records.read(stage.brokers(), topic, ROWS).stream().limit(3).forEach(stage::say);
    }
}
