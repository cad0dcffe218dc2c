package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Await;
import io.millrace.core.Health;
import io.millrace.core.Offsets;
import io.millrace.core.Sources;
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lag of a real query on a topic with more records than a batch takes. */
@Timeout(120)
// The watch only has to be open.
@SuppressWarnings("try")
class HealthOnKafkaTest {
    private final SparkSession spark = session().newSession();

    @Test
    void lagIsReportedAndGoesAway(@TempDir Path directory) throws Exception {
        TestKafka kafka = TestKafka.shared();
        kafka.createTopic("lagging", 1);
        spark.range(1_000)
                .selectExpr("cast(id as string) as value")
                .coalesce(1)
                .write()
                .format("kafka")
                .option("kafka.bootstrap.servers", kafka.bootstrapServers())
                .option("topic", "lagging")
                .save();
        List<Long> sizes = new ArrayList<>();
        VoidFunction2<Dataset<Row>, Long> count = (rows, batch) -> sizes.add(rows.count());

        List<String> log;
        try (KeptLog kept = KeptLog.of(Health.class);
                Health.Watch watch =
                        io.millrace.core.StreamingQueries.health().lagOver(500).watch(spark)) {
            StreamingQuery query = Sources.kafka(kafka.bootstrapServers())
                    .topics("lagging")
                    .startingFrom(Offsets.earliest())
                    .maxOffsetsPerTrigger(400)
                    .load(spark)
                    .writeStream()
                    .queryName("lagging")
                    .option("checkpointLocation", directory.toString())
                    .foreachBatch(count)
                    .start();
            query.processAllAvailable();
            Await.until(() -> Long.valueOf(0).equals(lag()));
            query.stop();
            log = kept.lines();
        }

        assertThat(sizes).as("rows a batch").containsExactly(400L, 400L, 200L);
        assertThat(log)
                .containsExactly("Query \"lagging\" lags by 600 rows in a Kafka partition (limit 500, batch 0)."
                        + " Raise maxOffsetsPerTrigger, or give it more cores or partitions.");
    }

    private static Object lag() {
        List<Source> sources =
                ScalaCollections.list(SparkEnv.get().metricsSystem().getSourcesByName("millrace.query.lagging"));
        return sources.isEmpty()
                ? "none"
                : Objects.requireNonNull(
                                sources.get(0).metricRegistry().getGauges().get("lag-rows"))
                        .getValue();
    }
}
