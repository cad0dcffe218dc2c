package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Offsets;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sources;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch of real-time mode is committed to the consumer group when it ends. */
@Timeout(120)
class RealTimeGroupTest {
    private static final TestKafka KAFKA = TestKafka.shared();

    @Test
    void whatABatchHasReadIsCommittedWhenItEnds(@TempDir Path directory) throws Exception {
        KAFKA.createTopic("timely-in", 1);
        KAFKA.createTopic("timely-out", 1);
        ConsumerGroup group = new ConsumerGroup(KAFKA.bootstrapServers(), "timely-group");
        SparkSession spark = session().newSession();
        spark.conf().set("spark.sql.streaming.realTimeMode.minBatchDuration", "1s");
        KAFKA.send("timely-in", "1", "2", "3");

        StreamingQuery query = Pipeline.named("timely")
                .from(Sources.kafka(KAFKA.bootstrapServers())
                        .topics("timely-in")
                        .startingFrom(Offsets.earliest())
                        .commitOffsetsTo(group.name()))
                .via(rows -> rows.select("value"))
                .to(Sinks.kafka(KAFKA.bootstrapServers()).topic("timely-out").valueFrom("value"))
                .outputMode(OutputModes.update())
                .realTime(Duration.ofSeconds(2))
                .checkpointAt(directory.resolve("checkpoint"))
                .start(spark);

        group.awaitLag(0, "timely-in");
        KAFKA.send("timely-in", "4");
        group.awaitLag(0, "timely-in");
        assertThat(group.records()).isEqualTo(4);
        assertThat(query.isActive()).isTrue();
        query.stop();
    }
}
