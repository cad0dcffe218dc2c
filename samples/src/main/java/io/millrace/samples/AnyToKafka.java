package io.millrace.samples;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.sinks.Sinks;

/**
 * Writes a stream to Kafka: the value is a JSON document, the key a string. The Kafka sink delivers at least once: a
 * batch that is rerun is written again. The key identifies the row, so that readers can remove duplicates.
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

    static void run(SampleEnvironment environment) throws Exception {
        String topic = environment.targetTopic();
        Pipeline pipeline = pipeline(
                Sources.rate().rowsPerSecond(ROWS),
                Sinks.kafka(environment.brokers()).topic(topic).keyFrom("id").valueAsJson("timestamp", "value"));
        environment.finish(pipeline.checkpointAt(environment.checkpoint()).start(environment.spark()), ROWS);
        Records.read(environment.brokers(), topic, ROWS).stream().limit(3).forEach(environment::print);
    }
}
