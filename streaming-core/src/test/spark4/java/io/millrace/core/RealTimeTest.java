package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.spark.ScalaCollections;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.sources.LowLatencyMemoryStream;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.util.SystemClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real-time mode, in batches shorter than any but a test would choose. */
class RealTimeTest {
    private static final String SHORTEST = "spark.sql.streaming.realTimeMode.minBatchDuration";
    private static final Duration BATCH = Duration.ofMillis(100);
    private static final AtomicInteger STREAMS = new AtomicInteger();
    private static final SparkSession SPARK = Spark.session();

    @BeforeAll
    static void shortBatches() {
        SPARK.conf().set(SHORTEST, "50ms");
    }

    @AfterAll
    static void usualBatches() {
        SPARK.conf().unset(SHORTEST);
    }

    /** Spark refuses most of them in the first batch only. */
    @Test
    void validateRefusesTheStepsThatSparkRefuses(@TempDir Path checkpoints) {
        Map<String, Boolean> bySpark = new TreeMap<>();
        Map<String, Boolean> byValidate = new TreeMap<>();
        MatrixPlans.ALL.forEach((name, plan) -> {
            Dataset<Row> rows = plan.apply(rows());
            bySpark.put(name, runs(rows, checkpoints));
            byValidate.put(name, isAccepted(pipeline(rows, checkpoints)));
        });
        assertThat(byValidate).isEqualTo(bySpark);
        assertThat(bySpark).containsEntry("select and where", true).containsEntry("count by key", false);
    }

    @Test
    void onlyUpdateModeRuns(@TempDir Path checkpoints) {
        assertThatThrownBy(() -> pipeline(rows(), checkpoints)
                        .outputMode(OutputModes.append())
                        .validate(SPARK))
                .hasMessageContaining(
                        "outputMode(Append): real-time mode runs in update mode alone. Use" + " outputMode(update()).");
    }

    @Test
    void sourcesAndSinksWithoutRealTimeAreRefused(@TempDir Path checkpoints) {
        assertThatThrownBy(() -> pipeline(Spark.rate(), checkpoints).validate(SPARK))
                .hasMessageContaining(
                        "the source rate has no reading in real time. Read from Kafka, or use" + " every(...).");
        assertThatThrownBy(() -> pipeline(rows(), checkpoints)
                        .to(rows -> rows.writeStream().format("noop"))
                        .validate(SPARK))
                .hasMessageContaining("the noop sink does not write in real time");
        Dataset<Row> twice = rows();
        assertThatThrownBy(() -> pipeline(twice.union(twice), checkpoints).validate(SPARK))
                .hasMessageContaining("a source is read twice");
    }

    @Test
    void aTimeIsNotComparedWithTheStartOfALongBatch(@TempDir Path checkpoints) {
        Dataset<Row> times = rows().selectExpr("current_timestamp() AS at", "current_timestamp() AS received");
        Watermark watermark = Transforms.withWatermark("at", Duration.ZERO);

        assertThatThrownBy(() -> pipeline(times.transform(watermark.aheadAtMost(BATCH)), checkpoints)
                        .validate(SPARK))
                .hasMessageContaining("realTime(PT0.1S): aheadAtMost(limit) compares with the start of the batch, and"
                        + " the rows of real-time mode arrive until its end. Name a column as the clock");
        assertThat(pipeline(times.transform(watermark.aheadAtMost(BATCH, "received")), checkpoints)
                        .validate(SPARK)
                        .toString())
                .doesNotContain("aheadAtMost(limit)");
    }

    @Test
    void optionsThatBoundAMicroBatchAreRefused(@TempDir Path checkpoints) {
        Dataset<Row> bounded = Sources.kafka("localhost:1")
                .topics("hits")
                .maxOffsetsPerTrigger(1_000)
                .maxRecordsPerPartition(10)
                .option("minPartitions", "4")
                .load(SPARK);
        assertThatThrownBy(() -> pipeline(bounded, checkpoints).validate(SPARK))
                .hasMessageContainingAll(
                        "realTime(PT0.1S): maxOffsetsPerTrigger of the source is for micro-batches. Leave it out, or"
                                + " use every(...).",
                        "minPartitions of the source",
                        "maxRecordsPerPartition of the source");
        assertThatThrownBy(() -> pipeline(rows(), checkpoints)
                        .option("asyncProgressTrackingEnabled", true)
                        .validate(SPARK))
                .hasMessageContaining("realTime(PT0.1S): asyncProgressTrackingEnabled is for micro-batches");
        pipeline(rows(), checkpoints)
                .option("asyncProgressTrackingEnabled", false)
                .validate(SPARK);
    }

    @Test
    void batchesShorterThanTheSessionsAreRefused(@TempDir Path checkpoints) {
        assertThatThrownBy(() -> pipeline(rows(), checkpoints)
                        .realTime(Duration.ofMillis(49))
                        .validate(SPARK))
                .hasMessageContaining("realTime(PT0.049S): a batch of real-time mode lasts PT0.05S or longer");
    }

    @Test
    void rowsArriveWhileTheBatchRuns(@TempDir Path checkpoints) throws Exception {
        LowLatencyMemoryStream<Timestamp> input = input();
        StreamingQuery query = pipeline(input.toDF(), checkpoints)
                .realTime(Duration.ofHours(1))
                .to(rows -> rows.writeStream().foreach(new Announcing()))
                .start(SPARK);
        try {
            assertThat(query.isActive()).isTrue();
            Announcing.arrived = new CountDownLatch(2);
            feed(input);
            feed(input);
            Announcing.arrived.await();
            assertThat(query.lastProgress()).as("a batch that ended").isNull();
        } finally {
            query.stop();
        }
    }

    private static LowLatencyMemoryStream<Timestamp> input() {
        return new LowLatencyMemoryStream<>(
                STREAMS.getAndIncrement(),
                (org.apache.spark.sql.classic.SparkSession) SPARK,
                1,
                new SystemClock(),
                Encoders.TIMESTAMP());
    }

    private static void feed(LowLatencyMemoryStream<Timestamp> input) {
        input.addData(ScalaCollections.seq(List.of(Timestamp.valueOf("2026-01-01 00:00:00"))));
    }

    private static Dataset<Row> rows() {
        return input().toDF().toDF("time");
    }

    private static Pipeline pipeline(Dataset<Row> rows, Path checkpoints) {
        return Pipeline.named("realtime" + STREAMS.getAndIncrement())
                .from(spark -> rows)
                .to(written -> written.writeStream().foreach(new Announcing()))
                .outputMode(OutputMode.Update())
                .realTime(BATCH)
                .checkpointAt(checkpoints.resolve(UUID.randomUUID().toString()));
    }

    private static boolean isAccepted(Pipeline pipeline) {
        try {
            pipeline.validate(SPARK);
            return true;
        } catch (ValidationException refused) {
            return false;
        }
    }

    /** Whether Spark runs a batch. */
    private static boolean runs(Dataset<Row> rows, Path checkpoints) {
        StreamingQuery query = null;
        try {
            query = rows.writeStream()
                    .foreach(new Announcing())
                    .outputMode(OutputMode.Update())
                    .trigger(Trigger.RealTime(BATCH.toMillis(), TimeUnit.MILLISECONDS))
                    .option(
                            "checkpointLocation",
                            checkpoints.resolve(UUID.randomUUID().toString()).toString())
                    .start();
            query.processAllAvailable();
            return true;
        } catch (Exception refused) {
            return false;
        } finally {
            stop(query);
        }
    }

    private static void stop(@Nullable StreamingQuery query) {
        try {
            if (query != null) {
                query.stop();
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counts the rows that arrive. */
    private static final class Announcing extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        static volatile CountDownLatch arrived = new CountDownLatch(0);

        @Override
        public boolean open(long partition, long epoch) {
            return true;
        }

        @Override
        public void process(Row row) {
            arrived.countDown();
        }

        @Override
        public void close(@Nullable Throwable error) {}
    }
}
