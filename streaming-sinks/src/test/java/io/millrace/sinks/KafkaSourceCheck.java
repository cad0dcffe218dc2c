package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;

import io.millrace.core.KafkaSource;
import io.millrace.core.Pipeline;
import io.millrace.core.Problem;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.ValidationException;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.TestInfo;

/** Pipelines from a topic of a real broker, named after the test, and what is refused about them before the start. */
abstract class KafkaSourceCheck {
    static final TestKafka KAFKA = TestKafka.shared();

    final Path directory;
    final String topic;

    KafkaSourceCheck(Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName();
    }

    final KafkaSource kafka() {
        return Sources.kafka(KAFKA.bootstrapServers());
    }

    static Pipeline pipeline(Source source, Path checkpoint) {
        return Pipeline.named("starts")
                .from(source)
                .to(Sinks.format("noop"))
                .availableNow()
                .checkpointAt(checkpoint.toString());
    }

    static void run(Pipeline pipeline) throws Exception {
        pipeline.start(session()).awaitTermination();
    }

    final List<String> refusals(Source source) {
        return refusals(source, directory.resolve("none"));
    }

    static List<String> refusals(Source source, Path checkpoint) {
        try {
            pipeline(source, checkpoint).validate(session());
            return List.of();
        } catch (ValidationException refused) {
            return refused.problems().stream().map(Problem::toString).toList();
        }
    }

    final void send(int records) {
        List<Row> rows = session()
                .range(records)
                .selectExpr("cast(id as string) as value")
                .collectAsList();
        session()
                .createDataFrame(
                        rows,
                        session()
                                .range(1)
                                .selectExpr("cast(id as string) as value")
                                .schema())
                .coalesce(1)
                .write()
                .format("kafka")
                .option("kafka.bootstrap.servers", KAFKA.bootstrapServers())
                .option("topic", topic)
                .mode(SaveMode.Append)
                .save();
    }

    static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()));
    }
}
