package io.millrace.samples;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Copies from Kafka to Kafka with a latency of milliseconds. The continuous trigger has no micro-batches, supports only
 * row-by-row transformations, delivers at least once, and occupies a core for each partition.
 * {@code StreamingQueries.stopBetweenBatches} does not apply.
 */
final class ContinuousKafka {
    private ContinuousKafka() {}

    static Pipeline pipeline(Source hits, Sink zips) {
        return Pipeline.named("continuous")
                .from(hits)
                .via(Transforms.jsonField("zip", "$.zip"))
                .via(rows ->
                        rows.where(col("zip").isNotNull()).select(col("zip").as("key"), col("value")))
                .to(zips)
                .trigger(Trigger.Continuous(1_000));
    }

    static void run(SampleEnvironment environment) throws Exception {
        String topic = environment.targetTopic();
        StreamingQuery query = pipeline(
                        environment.hits(), Sinks.kafka(environment.brokers()).topic(topic))
                .checkpointAt(environment.checkpoint())
                .start(environment.spark());
        Records.read(environment.brokers(), topic, SampleEnvironment.HITS.size() - 1)
                .forEach(environment::print);
        query.stop();
    }
}
