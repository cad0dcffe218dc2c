package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health of real queries, read from Spark's own metrics system and from the log. */
@Timeout(60)
// The watch only has to be open.
@SuppressWarnings("try")
class HealthTest {
    private final SparkSession spark = Spark.session().newSession();
    private final KeptLog kept = KeptLog.of(Health.class);

    @AfterEach
    void releaseTheLog() {
        kept.close();
    }

    @Test
    void droppedRowsAreCountedAndLogged() throws Exception {
        MemoryInput<Timestamp> hits = new MemoryInput<>(spark, Encoders.TIMESTAMP());
        try (Health.Watch watch = StreamingQueries.health().watch(spark)) {
            StreamingQuery query = hits.toDF()
                    .withWatermark("value", "10 minutes")
                    .groupBy(window(col("value"), "10 minutes"))
                    .count()
                    .writeStream()
                    .queryName("late")
                    .outputMode("update")
                    .format("noop")
                    .start();
            for (String time : List.of("2026-01-01T00:30:00Z", "2026-01-01T00:00:00Z")) {
                Spark.feed(hits, List.of(Timestamp.from(Instant.parse(time))));
                query.processAllAvailable();
            }

            HealthMetrics.await("late", "late-rows-dropped", 1L);
            assertThat(HealthMetrics.of("late").get(0).getGauges())
                    .containsKeys("lag-rows", "watermark-stalled-ms", "since-progress-ms");
            query.stop();
        }
        assertThat(kept.lines).singleElement().asString().contains("Query \"late\" dropped 1 row");
        assertThat(HealthMetrics.of("late")).as("the metrics of a closed watch").isEmpty();
    }

    @Test
    void aFailedBatchIsCountedAndLogged() throws Exception {
        try (Health.Watch watch = StreamingQueries.health().watch(spark)) {
            StreamingQuery query = spark.readStream()
                    .format("rate")
                    .load()
                    .writeStream()
                    .queryName("failing")
                    .foreachBatch(HealthTest::fail)
                    .start();
            Await.until(() -> !query.isActive());

            HealthMetrics.await("failing", "failures", 1L);
        }
        assertThat(kept.lines)
                .singleElement()
                .asString()
                .contains("Query \"failing\" failed with NumberFormatException. Spark's log")
                .doesNotContain("42");
    }

    private static void fail(Dataset<Row> rows, Long batch) {
        throw new IllegalStateException("a batch failed", numberOf("row 42"));
    }

    private static NumberFormatException numberOf(String text) {
        try {
            throw new AssertionError(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return e;
        }
    }
}
