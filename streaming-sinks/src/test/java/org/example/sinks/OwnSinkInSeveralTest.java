package org.example.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.BatchSink;
import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.Sources;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Sinks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sink of the user's own, written with the public API alone, shares a read with other sinks. */
class OwnSinkInSeveralTest {
    private final Path directory;
    private final List<String> own = new ArrayList<>();
    private final List<String> other = new ArrayList<>();

    OwnSinkInSeveralTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void aLineWaits() throws Exception {
        Files.writeString(Files.createDirectories(directory.resolve("in")).resolve("1.txt"), "a\nb\n");
    }

    @Test
    void bothSinksGetTheRowsAndARerunSkipsTheOwnSinkThatHasFinished() throws Exception {
        Sink broken = Sinks.foreachBatch((rows, batchId) -> {
            throw new IllegalStateException("no room");
        });

        Throwable failure =
                catchThrowable(() -> run(Sinks.several("own", new Lines(own)).and("other", broken)));
        assertThat(failure)
                .cause()
                .hasMessageStartingWith("Batch 0: 1 of 2 sinks failed: other (IllegalStateException).");
        assertThat(own).containsExactly("0: [a, b]");
        run(Sinks.several("own", new Lines(own)).and("other", new Lines(other)));

        assertThat(own).containsExactly("0: [a, b]");
        assertThat(other).containsExactly("0: [a, b]");
    }

    @Test
    void anOwnSinkThatFailsGetsTheBatchAgain() throws Exception {
        BatchSink broken = stream -> (rows, batchId) -> {
            throw new IllegalStateException("no room");
        };

        Throwable failure =
                catchThrowable(() -> run(Sinks.several("own", broken).and("other", new Lines(other))));
        assertThat(failure)
                .cause()
                .hasMessageStartingWith("Batch 0: 1 of 2 sinks failed: own (IllegalStateException).");
        run(Sinks.several("own", new Lines(own)).and("other", new Lines(other)));

        assertThat(own).containsExactly("0: [a, b]");
        assertThat(other).containsExactly("0: [a, b]");
    }

    @Test
    void anEqualProblemIsReportedOnceUnderTheNamesOfItsSinks() {
        Sink both = Sinks.several("own", new Lines(own)).and("other", new Lines(other));

        Throwable refused = catchThrowable(
                () -> pipeline(both).outputMode(OutputMode.Update()).validate(session()));

        assertThat(((ValidationException) refused).problems())
                .extracting(Problem::toString)
                .containsExactly("own, other: outputMode(Update): lines are only added. Use append().");
        assertThat(both.describe()).isEqualTo("own: lines in memory; other: lines in memory");
    }

    @Test
    void anOwnSinkAloneRunsByForeachBatch() throws Exception {
        run(new Lines(own));

        assertThat(own).containsExactly("0: [a, b]");
    }

    private void run(Sink sink) throws Exception {
        pipeline(sink).start(session()).awaitTermination();
    }

    private Pipeline pipeline(Sink sink) {
        return Pipeline.named("lines")
                .from(Sources.text(directory.resolve("in").toString()))
                .to(sink)
                .trigger(Trigger.AvailableNow())
                .checkpointAt(directory.resolve("checkpoint").toString());
    }

    private static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("streaming-sinks")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .getOrCreate();
    }

    /** Keeps the lines of each batch. */
    private static final class Lines implements BatchSink {
        private final List<String> written;

        Lines(List<String> written) {
            this.written = written;
        }

        @Override
        public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
            return (rows, batchId) -> written.add(batchId + ": "
                    + rows.as(Encoders.STRING()).collectAsList().stream()
                            .sorted()
                            .toList());
        }

        @Override
        public List<Problem> check(PlannedQuery query) {
            return query.outputMode().equals(OutputMode.Append())
                    ? List.of()
                    : List.of(new Problem(
                            "outputMode", query.outputMode().toString(), "lines are only added", "Use append()."));
        }

        @Override
        public String describe() {
            return "lines in memory";
        }
    }
}
