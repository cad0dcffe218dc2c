package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.CheckpointState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointChecksTest {
    private final Sink noop = rows -> rows.writeStream().format("noop");
    private final Pipeline traffic =
            Pipeline.named("traffic").from(Sources.rate()).to(noop);

    @Test
    void aCheckpointOutOfReachIsAProblemAndNoStackTrace() {
        assertThatThrownBy(() -> traffic.checkpointAt("hdfs://me:canary@127.0.0.1:1/traffic")
                        .validate(Spark.session()))
                .isInstanceOf(ValidationException.class)
                .hasMessageNotContaining("canary")
                .hasMessageContaining("checkpointAt(hdfs://***@127.0.0.1:1/traffic): the checkpoint cannot be read"
                        + " (ConnectException). Check the path, its file system and the permissions on it.");
    }

    @Test
    void aCheckpointThatCannotBeWrittenIsAProblemAndNoStackTrace(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "a file has no directory in it");

        assertThatThrownBy(
                        () -> traffic.checkpointAt(file.resolve("checkpoint")).start(Spark.session()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("the checkpoint cannot be written (")
                .hasMessageEndingWith("Check the path, its file system and the permissions on it.");
        assertThat(Spark.session().streams().active()).isEmpty();
    }

    @Test
    void refusesTwoQueriesOnOneCheckpointOrUnderOneName(@TempDir Path checkpoint) throws Exception {
        Pipeline first = traffic.checkpointAt(checkpoint.toString());
        StreamingQuery running = first.start(Spark.session());
        Pipeline second = Pipeline.named("other").from(Sources.rate()).to(noop).checkpointAt(checkpoint + "/");
        try {
            assertThatThrownBy(() -> first.validate(Spark.session()))
                    .hasMessage("Pipeline \"traffic\": named(traffic): a query of this name is running in this session."
                            + " Stop that one, or give this one a name of its own.");
            assertThatThrownBy(() -> second.validate(Spark.session().newSession()))
                    .hasMessage(
                            "Pipeline \"other\": checkpointAt(" + checkpoint + "/): the query \"traffic\" is running on"
                                    + " this checkpoint. Stop that one, or give this one a checkpoint of its own.");
        } finally {
            running.stop();
        }
        assertThat(second.validate(Spark.session())).isEmpty();
    }

    @Test
    void aLoginInTheLocationIsNotShown() {
        String location = "s3a://AK:canary@bucket/x";
        CheckpointState state = new CheckpointState(0, List.of(), Map.of("spark.sql.shuffle.partitions", "77"));
        Source kafka = Sources.kafka("localhost:9092").topics("hits").startingFrom(Offsets.earliest());
        List<Problem> notes = new ArrayList<>(
                CheckpointChecks.overriddenSettings(Spark.session(), stateful(), OptionalInt.empty(), location, state));
        notes.addAll(CheckpointChecks.overriddenStarts(Optional.of(kafka), location, state));

        assertThat(notes)
                .hasSize(2)
                .allSatisfy(note -> assertThat(note.toString())
                        .contains("the checkpoint at s3a://***@bucket/x ")
                        .doesNotContain("canary"));
    }

    @Test
    void theLineOfAStartHasNoLogin(@TempDir Path checkpoint) throws Exception {
        String shown = LoginFileSystem.SHOWN + checkpoint;
        Pipeline counts = traffic.from(
                        Sources.of(Spark.memory(Encoders.STRING()).toDF()))
                .checkpointAt(LoginFileSystem.location(Spark.session(), checkpoint));
        SparkSession other = Spark.session().newSession();
        Pipeline second = Pipeline.named("other")
                .from(Sources.rate())
                .to(noop)
                .checkpointAt(LoginFileSystem.location(other, checkpoint));
        try (KeptLog log = KeptLog.of(Pipeline.class)) {
            StreamingQuery running = counts.start(Spark.session());
            try {
                assertThatThrownBy(() -> second.validate(other))
                        .hasMessageContaining(
                                "checkpointAt(" + shown + "): the query \"traffic\" is running on this checkpoint");
            } finally {
                running.stop();
            }
            Files.writeString(checkpoint.resolve("offsets/0"), "v1\n{}\n0");
            counts.start(Spark.session()).stop();

            assertThat(log.lines)
                    .noneMatch(line -> line.contains("canary"))
                    .anyMatch(line -> line.endsWith(", with a new checkpoint at " + shown))
                    .anyMatch(line -> line.contains(" of its checkpoint at " + shown + ": "));
        }
    }

    @Test
    void reportsWhatACheckpointOverrides(@TempDir Path checkpoint) throws Exception {
        MemoryInput<Timestamp> hits = Spark.memory(Encoders.TIMESTAMP());
        Spark.feed(hits, List.of(new Timestamp(0)));
        Pipeline counts = traffic.from(Sources.of(hits.toDF())).checkpointAt(checkpoint.toString());
        counts.availableNow().start(Spark.session()).awaitTermination();
        SparkSession other = Spark.session().newSession();
        other.conf().set("spark.sql.shuffle.partitions", "7");

        // The source and the checkpoint are enough for this: no broker is asked.
        Source kafka = Sources.kafka("localhost:9092").topics("hits").startingFrom(Offsets.earliest());
        String location = checkpoint.toString();
        CheckpointState state = CheckpointState.of(other, location).orElseThrow();
        List<Problem> notes = new ArrayList<>(
                CheckpointChecks.overriddenSettings(other, stateful(), OptionalInt.empty(), location, state));
        notes.addAll(CheckpointChecks.overriddenStarts(Optional.of(kafka), location, state));

        assertThat(notes)
                .extracting(Problem::toString)
                .containsExactly(
                        "spark.sql.shuffle.partitions(7): the checkpoint at " + checkpoint
                                + " was made with 1 and keeps it. Start with a new checkpoint to change it.",
                        "startingFrom(earliest): the checkpoint at " + checkpoint + " continues after its batch 0 and"
                                + " overrides it. Start with a new checkpoint to read from there.");
    }

    /** A query that keeps its number of partitions on every line of Spark. */
    private static PlannedQuery stateful() {
        return new PlannedQuery(
                "counts",
                Optional.of(Spark.rate().groupBy().count()),
                OutputModes.complete(),
                Trigger.ProcessingTime(0),
                Optional.empty());
    }
}
