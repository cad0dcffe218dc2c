package io.millrace.samples;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.sinks.Sinks;

/**
 * Prints the records of a topic, from the first one. Kafka's values are bytes, which the console prints as
 * {@code [7B 22 7A ...]}; the cast converts them to text.
 */
final class KafkaToConsole {
    private KafkaToConsole() {}

    static Pipeline pipeline(Source records, Sink console) {
        return Pipeline.named("kafka-to-console")
                .from(records)
                .via(rows -> rows.selectExpr("partition", "offset", "cast(value as string) as value"))
                .to(console);
    }

    static void run(SampleEnvironment environment) throws Exception {
        environment.finish(
                pipeline(environment.hits(), Sinks.console().truncate(false)).start(environment.spark()),
                SampleEnvironment.HITS.size());
    }
}
