package io.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * One query under test, moved batch by batch. Each call acts at once and returns the same run, to be used by the thread of
 * the test. A failed expectation is an {@code AssertionError} that says what differs and why, with the timeline so far.
 *
 * <pre>{@code
 * kit.run(hits.rows().groupBy("zip").count(), complete())
 *         .batch("two hits", b -> b.given(hits, hit("9000"), hit("9000")).table(row("9000", 2)))
 *         .restart()
 *         .replayLast(b -> b.sameOutput());
 * }</pre>
 */
public final class StreamRun {
    private final String testName;
    private final Inputs inputs;
    private final Checkpoint checkpoint;
    private final RunRecord record;
    private final StepRunner runner;
    private boolean restarted;
    private Instant now = Times.parse("00:00");

    StreamRun(String testName, Inputs inputs, Checkpoint checkpoint, RunRecord record, StepRunner runner) {
        this.testName = testName;
        this.inputs = inputs;
        this.checkpoint = checkpoint;
        this.record = record;
        this.runner = runner;
    }

    /** Gives rows, runs what is due upon them, and looks at what came of it; {@code name} is what messages call it. */
    public StreamRun batch(String name, Consumer<Batch> what) {
        StepRecord step = record.newStep(name, restarted);
        restarted = false;
        Batch batch = new Batch(step, runner);
        what.accept(batch);
        batch.run();
        return this;
    }

    /** Ends the query and starts it on the same checkpoint with the next step, as a new driver would. */
    public StreamRun restart() {
        runner.stop();
        restarted = true;
        return this;
    }

    /** As {@link #restart}, with another version of the query. */
    public StreamRun restartWith(Dataset<Row> newQuery) {
        restart();
        record.query(newQuery);
        runner.replaceDriver(new LiveQuery(newQuery, record.mode(), checkpoint, now.toEpochMilli()));
        return this;
    }

    /** As {@link #restart}, with every input and shuffle in so many partitions. A state keeps the number it began with. */
    public StreamRun restartWithPartitions(int partitions) {
        restart();
        inputs.partitions(partitions);
        return this;
    }

    /** Runs the last micro-batch again after a restart, as if the driver had died before it could commit. */
    public StreamRun replayLast(Consumer<Batch> what) {
        long last =
                checkpoint.lastBatch().orElseThrow(() -> new IllegalStateException("There is no batch to replay yet."));
        return replayFrom(last, "replay of batch " + last, what);
    }

    /** Goes back to the step {@code name} after a restart: its first micro-batch runs again, then all that came since. */
    public StreamRun rewindTo(String name, Consumer<Batch> what) {
        StepRecord step = record.steps().stream()
                .filter(candidate -> candidate.name().equals(name))
                .filter(candidate -> !candidate.batches().isEmpty())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("rewindTo(\"" + name + "\"): no such batch ran; there are "
                                + record.steps().stream().map(StepRecord::name).toList() + "."));
        return replayFrom(step.batches().get(0).id(), "rewound to " + name, what);
    }

    private StreamRun replayFrom(long batch, String name, Consumer<Batch> what) {
        restart();
        checkpoint.uncommitFrom(batch);
        return batch(name, what);
    }

    /** From here on, batches without data run only by {@link #noDataBatch}. By default each step drains them. */
    public StreamRun explicitNoDataBatches() {
        if (record.query() == null) {
            throw new IllegalStateException(
                    "A DataStreamWriter always runs to its end: explicitNoDataBatches() is for runs of a query.");
        }
        runner.runOneBatchAtATime();
        return this;
    }

    /** Runs the one batch without data that is due; fails where none is. */
    public StreamRun noDataBatch(String name, Consumer<Batch> what) {
        return batch(name, batch -> {
            batch.run();
            runner.expectations()
                    .ranWithoutData(record.steps().get(record.steps().size() - 1));
            what.accept(batch);
        });
    }

    /** Moves the processing time, which stands at 00:00 of the kit's day until it is moved. */
    public StreamRun clock(String time) {
        return clock(Times.parse(time));
    }

    /** Moves the processing time. */
    public StreamRun clock(Instant time) {
        if (time.isBefore(now)) {
            throw new IllegalArgumentException(
                    "clock(" + Times.text(time) + "): it is " + Times.text(now) + " already, and time only moves on.");
        }
        now = time;
        runner.clock(time);
        return this;
    }

    /** Lets numbers of {@code column} differ from what is expected by up to {@code tolerance}. */
    public StreamRun tolerance(String column, double tolerance) {
        record.tolerance(column, tolerance);
        return this;
    }

    /** The columns by which a later row takes the place of an earlier one in {@link Batch#table}, in update mode. */
    public StreamRun keyedBy(String... columns) {
        record.keyedBy(List.of(columns));
        return this;
    }

    /** The query has these columns, such as {@code "zip STRING, hits BIGINT"}; nullability is not compared. */
    public StreamRun schema(String ddl) {
        runner.expectations().schema(StructType.fromDDL(ddl), false);
        return this;
    }

    /** The query has these columns, and they take null exactly where {@code expected} says so. */
    public StreamRun schemaWithNullability(StructType expected) {
        runner.expectations().schema(expected, true);
        return this;
    }

    /**
     * The timeline is as in {@code src/test/resources/golden/name.txt}. Run with {@code -Dmillrace.golden=update} to write
     * the file, and review it like code.
     */
    public StreamRun matchesGolden(String name) {
        Golden.check(name, timeline());
        return this;
    }

    /** Each step with its inputs, batches, watermarks, late rows, state and output, as it is printed on failure. */
    public String timeline() {
        return runner.expectations().timeline();
    }

    /**
     * Draws the timeline as one self-contained page: event time across, batches down, with windows, the watermark and late
     * rows. For a pull request, or to see why a window did not close.
     */
    public StreamRun writeHtml(Path file) {
        Dataset<Row> drawn = record.query();
        Optional<EventTimes> times = drawn == null ? Optional.empty() : Optional.of(new EventTimes(drawn));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(
                    file,
                    TimelineHtml.page(testName, Timeline.name(record.mode()), TimelineLanes.of(record.steps(), times)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
        return this;
    }

    RunRecord record() {
        return record;
    }

    void close() {
        runner.stop();
        checkpoint.close();
    }
}
