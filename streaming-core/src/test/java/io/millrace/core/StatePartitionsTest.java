package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.CheckpointState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatePartitionsTest {
    private static final String SETTING = "spark.sql.shuffle.partitions";

    private final Path directory;
    private final SparkSession spark;
    private final MemoryInput<Timestamp> hits;

    StatePartitionsTest(@TempDir Path directory) {
        this.directory = directory;
        spark = Spark.session().newSession();
        hits = new MemoryInput<>(spark, Encoders.TIMESTAMP());
        hits.add(new Timestamp(0));
    }

    @Test
    void aNewCheckpointHasThatManyAndOtherQueriesOfTheSessionKeepTheirs() throws Exception {
        run(counts("three").statePartitions(3));
        run(counts("session"));
        assertThat(partitionsOf("three")).isEqualTo(3);
        assertThat(recorded("three")).isEqualTo("3");
        assertThat(partitionsOf("session")).isEqualTo(1);
        assertThat(spark.conf().get(SETTING)).isEqualTo("1");
    }

    @Test
    void everyTriggerTakesIt() throws Exception {
        Pipeline three = counts("three").statePartitions(3);
        var query = three.every(Duration.ZERO).start(spark);
        try {
            query.processAllAvailable();
        } finally {
            query.stop();
        }
        assertThat(partitionsOf("three")).isEqualTo(3);
    }

    @Test
    void aCheckpointKeepsTheNumberItWasMadeWithAndValidateSaysSo() throws Exception {
        run(counts("kept").statePartitions(3));
        Pipeline changed = counts("kept").statePartitions(5);
        assertThat(changed.validate(spark))
                .extracting(Problem::toString)
                .containsExactly("statePartitions(5): the checkpoint at file://" + directory.resolve("kept")
                        + " was made with 3 and keeps it. Start with a new checkpoint to change it.");
        hits.add(new Timestamp(700_000));
        run(changed);
        assertThat(partitionsOf("kept")).isEqualTo(3);
        assertThat(recorded("kept")).isEqualTo("3");
        assertThat(counts("kept").statePartitions(3).validate(spark)).isEmpty();
        assertThat(counts("kept").validate(spark))
                .extracting(Problem::field)
                .as("the session has 1")
                .containsExactly(SETTING);
    }

    @Test
    void theDefaultOfSparkIsOneWarningOfANewCheckpointOnFewCores() throws Exception {
        spark.conf().unset(SETTING);
        String warning = "statePartitions(): a new checkpoint keeps Spark's default of 200 state partitions for its"
                + " life, so that each stateful step of each micro-batch runs 200 tasks and writes as many files, here"
                + " on 4 cores. Call statePartitions(n), with 1 to 3 for each core of the executors at the peak.";
        assertThat(counts("default").validate(spark))
                .extracting(Problem::toString)
                .containsExactly(warning);
        assertThat(counts("chosen").statePartitions(200).validate(spark)).isEmpty();
        try (KeptLog log = KeptLog.of(Pipeline.class)) {
            counts("default").every(Duration.ofDays(1)).start(spark).stop();
            assertThat(log.lines)
                    .filteredOn(line -> line.startsWith("WARN"))
                    .containsExactly("WARN Pipeline \"default\": " + warning);
        }
        spark.conf().set(SETTING, "200");
        assertThat(counts("by-the-session").validate(spark)).isEmpty();
    }

    @Test
    void withoutStateItIsANote() {
        Pipeline stateless = Pipeline.named("stateless")
                .from(Sources.of(hits.toDF()))
                .to(rows -> rows.writeStream().format("noop"));
        assertThat(stateless.statePartitions(3).validate(spark))
                .extracting(Problem::toString)
                .containsExactly("statePartitions(3): no step of the pipeline keeps state. Leave it out.");
        spark.conf().unset(SETTING);
        assertThat(stateless.validate(spark)).isEmpty();
    }

    @Test
    void stateNeedsAPartition() {
        for (int count : new int[] {0, -1}) {
            assertThatThrownBy(() -> counts("none").statePartitions(count))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("statePartitions(" + count + "): state needs one partition or more. Choose 1 to 3 for"
                            + " each core of the executors.");
        }
        assertThat(counts("none").statePartitions(7).describe()).contains(", 7 state partitions");
    }

    private Pipeline counts(String name) {
        return Pipeline.named(name)
                .from(Sources.of(hits.toDF()))
                .via(Transforms.windowedCount("value", Duration.ofMinutes(10)))
                .to(rows -> rows.writeStream().format("noop"))
                .outputMode(OutputModes.update())
                .checkpointAt(directory.resolve(name));
    }

    private void run(Pipeline pipeline) throws Exception {
        pipeline.availableNow().start(spark).awaitTermination();
    }

    private long partitionsOf(String name) throws Exception {
        try (Stream<Path> partitions = Files.list(directory.resolve(name).resolve("state/0"))) {
            return partitions
                    .filter(partition -> partition.getFileName().toString().matches("[0-9]+"))
                    .count();
        }
    }

    private String recorded(String name) {
        return CheckpointState.of(spark, directory.resolve(name).toString())
                .orElseThrow()
                .settings()
                .getOrDefault(SETTING, "none");
    }
}
