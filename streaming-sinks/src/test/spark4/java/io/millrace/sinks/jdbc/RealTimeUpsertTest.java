package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Offsets;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.TestStreams;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real-time mode from Kafka into PostgreSQL: rows are committed while a batch lasts, and a restart loses none. */
@Timeout(180)
class RealTimeUpsertTest {
    private static final TestKafka KAFKA = TestKafka.shared();
    private final SparkSession spark = TestStreams.session().newSession();

    @BeforeEach
    void emptyTable() {
        Server.execute("DROP TABLE IF EXISTS prices", "CREATE TABLE prices (sku text PRIMARY KEY, price int)");
    }

    @Test
    void rowsAreCommittedWhileTheBatchLastsAndNoneIsLostInARestart(@TempDir Path directory) throws Exception {
        Pipeline prices = Pipeline.named("prices")
                .from(Sources.kafka(topic("prices")).topics("prices").startingFrom(Offsets.earliest()))
                .via(Transforms.jsonFields("value").string("sku", "$.sku").integer("price", "$.price"))
                .via(Transforms.select("sku", "price"))
                .to(Sinks.jdbc(Server.database()).table("prices").upsertOn("sku"))
                .outputMode(OutputModes.update())
                .realTime(Duration.ofMinutes(5))
                .checkpointAt(directory);

        StreamingQuery query = prices.start(spark);
        KAFKA.send("prices", "{\"sku\":\"pen\",\"price\":1}");
        Server.awaitSome("SELECT 1 FROM prices WHERE price = 1");
        KAFKA.send("prices", "{\"sku\":\"pen\",\"price\":2}");
        Server.awaitSome("SELECT 1 FROM prices WHERE price = 2");
        assertThat(query.lastProgress()).as("a batch that ended").isNull();
        query.stop();

        KAFKA.send("prices", "{\"sku\":\"ink\",\"price\":3}");
        query = prices.start(spark);
        Server.awaitSome("SELECT 1 FROM prices WHERE sku = 'ink'");
        query.stop();
        assertThat(Server.rows("SELECT * FROM prices ORDER BY sku")).containsExactly("ink|3", "pen|2");
    }

    @Test
    void sinksThatSkipFinishedBatchesAreRefused(@TempDir Path directory) {
        Sink exact = Sinks.jdbc(Server.database()).table("prices").upsertExactlyOnce("sku");
        Pipeline prices = prices(Sources.kafka(topic("exact")).topics("exact"), directory);

        assertThatThrownBy(() -> prices.to(exact).validate(spark))
                .hasMessageContaining("in real-time mode a batch may come again with other rows, and a sink that skips"
                        + " finished batches would lose them. Use upsertOn(...), or every(...).");
        assertThatThrownBy(() -> prices.to(Sinks.parquet(directory.resolve("files")))
                        .outputMode(OutputModes.append())
                        .validate(spark))
                .hasMessageContaining("the parquet sink does not write in real time");
    }

    @Test
    void aPartitionWithoutACoreIsNoted(@TempDir Path directory) {
        int cores = spark.sparkContext().defaultParallelism();
        Source both = Sources.union(
                Sources.kafka(topic("wide")).topics("wide"),
                Sources.kafka(topic("wider", cores)).topics("wider"));
        Pipeline wide = prices(both, directory);

        assertThat(wide.validate(spark).toString())
                .contains("realTime(PT5M): the topics have " + (cores + 1) + " partitions, and Spark runs at most "
                        + cores
                        + " tasks at a time now: the rows of the other partitions are not read. Give the query a core"
                        + " for each partition, and none of them to other queries.");
        assertThat(wide.every(Duration.ofSeconds(1)).validate(spark).toString()).doesNotContain("partitions");
    }

    private static Pipeline prices(Source source, Path checkpoint) {
        return Pipeline.named("prices")
                .from(source)
                .via(Transforms.jsonFields("value").string("sku", "$.sku").integer("price", "$.price"))
                .via(Transforms.select("sku", "price"))
                .to(Sinks.jdbc(Server.database()).table("prices").upsertOn("sku"))
                .outputMode(OutputModes.update())
                .realTime(Duration.ofMinutes(5))
                .checkpointAt(checkpoint);
    }

    private static String topic(String name) {
        return topic(name, 1);
    }

    /** Creates a topic; returns the brokers. */
    private static String topic(String name, int partitions) {
        KAFKA.createTopic(name, partitions);
        return KAFKA.bootstrapServers();
    }
}
