package io.millrace.samples;

import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.sinks.Sinks;

/**
 * Prints what is in a topic, from its first record on. Kafka gives bytes, which the console would print as
 * {@code [7B 22 7A ...]}: the cast makes text of them.
 */
final class KafkaToConsole {
    private KafkaToConsole() {}

    static Pipeline pipeline(Source records, Sink console) {
        return Pipeline.named("kafka-to-console")
                .from(records)
                .via(rows -> rows.selectExpr("partition", "offset", "cast(value as string) as value"))
                .to(console);
    }

    static void run(SampleEnvironment stage) throws Exception {
        stage.finish(
                pipeline(stage.hits(), Sinks.console().truncate(false)).start(stage.spark()),
                SampleEnvironment.HITS.size());
    }
}
