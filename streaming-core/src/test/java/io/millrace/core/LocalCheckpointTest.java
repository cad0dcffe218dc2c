package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.LocalCheckpoints;
import io.millrace.core.internal.spark.CheckpointManager;
import io.millrace.core.internal.spark.PipelineCheckpointManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints on a local disk, of a session in which nobody has chosen how they are written. */
class LocalCheckpointTest {
    private static final String SETTING = PipelineCheckpointManager.SETTING;
    private static final int PARTITIONS = 4;

    private final Path directory;
    private final SparkSession spark;
    private final MemoryInput<Timestamp> hits;

    LocalCheckpointTest(@TempDir Path directory) {
        this.directory = directory;
        spark = Spark.session().newSession();
        spark.conf().unset(SETTING);
        // Hadoop's own, which starts a process for each file that it creates.
        spark.conf().set("fs.file.impl", "org.apache.hadoop.fs.LocalFileSystem");
        spark.conf().set("fs.file.impl.disable.cache", "true");
        hits = new MemoryInput<>(spark, Encoders.TIMESTAMP());
    }

    @Test
    void aMicroBatchStartsNoProcess() throws Exception {
        StreamingQuery query = counts().start(spark);
        try {
            runBatch(query, 0);
            List<String> started;
            try (StartedProcesses processes = new StartedProcesses()) {
                runBatch(query, 600);
                runBatch(query, 1_200);
                started = processes.commands();
            }
            assertThat(started).isEmpty();
            assertThat(names("state/0/0")).contains("1.delta").noneMatch(name -> name.endsWith(".crc"));
        } finally {
            query.stop();
        }
    }

    @Test
    void theRecordingSeesTheProcessesOfSpark() throws Exception {
        spark.conf().set(SETTING, CheckpointManager.OF_SPARK);
        StreamingQuery query = counts().start(spark);
        try {
            runBatch(query, 0);
            try (StartedProcesses processes = new StartedProcesses()) {
                runBatch(query, 600);
                assertThat(processes.commands()).hasSizeGreaterThan(10 * PARTITIONS);
            }
        } finally {
            query.stop();
        }
    }

    @Test
    void onlyTheStartedQueryKeepsTheSetting() throws Exception {
        StreamingQuery query = counts().start(spark);
        try {
            assertThat(spark.conf().getAll().contains(SETTING)).isFalse();
        } finally {
            query.stop();
        }
        spark.conf().set(SETTING, CheckpointManager.ON_FILE_SYSTEMS);
        counts().availableNow().start(spark).awaitTermination();
        assertThat(spark.conf().get(SETTING)).isEqualTo(CheckpointManager.ON_FILE_SYSTEMS);
    }

    @Test
    void startsDoNotWaitForEachOther() throws Exception {
        Optional<String> local = Optional.of(directory.toString());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread first = new Thread(() -> LocalCheckpoints.during(spark, local, () -> {
            begun.countDown();
            assertThat(awaits(ended)).isTrue();
            return spark.conf().get(SETTING);
        }));
        first.start();
        begun.await();
        assertThat(LocalCheckpoints.during(spark, local, () -> spark.conf().get(SETTING)))
                .isEqualTo(PipelineCheckpointManager.class.getName());
        assertThat(spark.conf().get(SETTING)).isEqualTo(PipelineCheckpointManager.class.getName());
        ended.countDown();
        first.join();
        assertThat(spark.conf().getAll().contains(SETTING)).isFalse();

        assertThatThrownBy(() -> LocalCheckpoints.during(spark, local, () -> {
                    throw new IllegalStateException("no start");
                }))
                .hasMessage("no start");
        assertThat(spark.conf().getAll().contains(SETTING)).isFalse();
        boolean remote = LocalCheckpoints.during(
                spark,
                Optional.of("hdfs://names:1/x"),
                () -> spark.conf().getAll().contains(SETTING));
        assertThat(remote).isFalse();
    }

    @Test
    void aCheckpointOfSparkContinuesAndTheOtherWayRound() throws Exception {
        for (boolean ofSpark : List.of(true, false, true, false)) {
            if (ofSpark) {
                spark.conf().set(SETTING, CheckpointManager.OF_SPARK);
            } else {
                spark.conf().unset(SETTING);
            }
            hits.add(new Timestamp(0));
            counts().availableNow().start(spark).awaitTermination();
        }
        assertThat(names("offsets")).contains("0", "1", "2", "3");
        assertThat(names("commits")).contains("0", "1", "2", "3");
        assertThat(names("state/0/0")).contains("4.delta");
    }

    @Test
    void aSecondDriverOnTheCheckpointIsFound() throws Exception {
        StreamingQuery query = counts().start(spark);
        try {
            runBatch(query, 0);
            // As another driver writes it.
            Files.copy(directory.resolve("offsets/0"), directory.resolve("offsets/1"));
            hits.add(new Timestamp(600_000));
            assertThatThrownBy(query::processAllAvailable)
                    .isInstanceOf(StreamingQueryException.class)
                    .hasStackTraceContaining("Concurrent update to the log");
        } finally {
            query.stop();
        }
    }

    private Pipeline counts() {
        return Pipeline.named("counts")
                .from(Sources.of(hits.toDF()))
                .via(Transforms.windowedCount("value", Duration.ofMinutes(10)))
                .to(rows -> rows.writeStream().format("noop"))
                .outputMode(OutputModes.update())
                .checkpointAt(directory)
                .statePartitions(PARTITIONS);
    }

    private void runBatch(StreamingQuery query, long second) {
        hits.add(new Timestamp(second * 1_000));
        query.processAllAvailable();
    }

    private List<String> names(String of) throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve(of))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
