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
 * From Kafka to Kafka in milliseconds: the continuous trigger has no micro-batches, takes steps that look at one row at
 * a time, delivers at least once, and holds a core for each partition. {@code StreamingQueries.stopBetweenBatches} does not apply.
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

    static void run(SampleEnvironment stage) throws Exception {
        String topic = stage.toTopic();
        StreamingQuery query = pipeline(
                        stage.hits(), Sinks.kafka(stage.brokers()).topic(topic))
                .checkpointAt(stage.checkpoint())
                .start(stage.spark());
        Records.read(stage.brokers(), topic, SampleEnvironment.HITS.size() - 1).forEach(stage::say);
        query.stop();
    }
}
