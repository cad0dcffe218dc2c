package io.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

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
    private final StreamKit kit;
    private final Checkpoint checkpoint;
    private final OutputMode mode;
    private final @Nullable Supplier<List<Row>> reader;
    private final List<StepRecord> steps = new ArrayList<>();
    private final Map<Long, List<Row>> firstOutputs = new HashMap<>();
    private final Map<String, Double> tolerances = new HashMap<>();
    private @Nullable Dataset<Row> query;
    private QueryDriver driver;
    private List<String> keys = List.of();
    private boolean drains = true;
    private boolean restarted;
    private Instant now = Times.parse("00:00");

    StreamRun(
            StreamKit kit,
            Checkpoint checkpoint,
            OutputMode mode,
            @Nullable Dataset<Row> query,
            QueryDriver driver,
            @Nullable Supplier<List<Row>> reader) {
        this.kit = kit;
        this.checkpoint = checkpoint;
        this.mode = mode;
        this.query = query;
        this.driver = driver;
        this.reader = reader;
    }

    /** Gives rows, runs what is due upon them, and looks at what came of it; {@code name} is what messages call it. */
    public StreamRun batch(String name, Consumer<Batch> what) {
        StepRecord step = StepRecord.named(name, restarted);
        restarted = false;
        steps.add(step);
        Batch batch = new Batch(this, step);
        what.accept(batch);
        batch.run();
        return this;
    }

    /** Ends the query and starts it on the same checkpoint with the next step, as a new driver would. */
    public StreamRun restart() {
        driver.stop();
        restarted = true;
        return this;
    }

    /** As {@link #restart}, with another version of the query. */
    public StreamRun restartWith(Dataset<Row> newQuery) {
        restart();
        query = newQuery;
        driver = new LiveQuery(newQuery, mode, checkpoint, now.toEpochMilli());
        return this;
    }

    /** As {@link #restart}, with every input and shuffle in so many partitions. A state keeps the number it began with. */
    public StreamRun restartWithPartitions(int partitions) {
        restart();
        kit.partitions(partitions);
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
        StepRecord step = steps.stream()
                .filter(candidate -> candidate.name().equals(name))
                .filter(candidate -> !candidate.batches().isEmpty())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("rewindTo(\"" + name + "\"): no such batch ran; there are "
                                + steps.stream().map(StepRecord::name).toList() + "."));
        return replayFrom(step.batches().get(0).id(), "rewound to " + name, what);
    }

    private StreamRun replayFrom(long batch, String name, Consumer<Batch> what) {
        restart();
        checkpoint.uncommitFrom(batch);
        return batch(name, what);
    }

    /** From here on, batches without data run only by {@link #noDataBatch}. By default each step drains them. */
    public StreamRun explicitNoDataBatches() {
        if (query == null) {
            throw new IllegalStateException(
                    "A DataStreamWriter always runs to its end: explicitNoDataBatches() is for" + " runs of a query.");
        }
        drains = false;
        return this;
    }

    /** Runs the one batch without data that is due; fails where none is. */
    public StreamRun noDataBatch(String name, Consumer<Batch> what) {
        return batch(name, batch -> {
            batch.run();
            check().ranWithoutData(steps.get(steps.size() - 1));
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
        driver.clock(time.toEpochMilli());
        return this;
    }

    /** Lets numbers of {@code column} differ from what is expected by up to {@code tolerance}. */
    public StreamRun tolerance(String column, double tolerance) {
        tolerances.put(column, tolerance);
        return this;
    }

    /** The columns by which a later row takes the place of an earlier one in {@link Batch#table}, in update mode. */
    public StreamRun keyedBy(String... columns) {
        keys = List.of(columns);
        return this;
    }

    /** The query has these columns, such as {@code "zip STRING, hits BIGINT"}; nullability is not compared. */
    public StreamRun schema(String ddl) {
        check().schema(StructType.fromDDL(ddl), false);
        return this;
    }

    /** The query has these columns, and they take null exactly where {@code expected} says so. */
    public StreamRun schemaWithNullability(StructType expected) {
        check().schema(expected, true);
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
        return Timeline.text(
                mode, steps, step -> new Explanation(this).withoutTime(step).size());
    }

    /**
     * Draws the timeline as one self-contained page: event time across, batches down, with windows, the watermark and late
     * rows. For a pull request, or to see why a window did not close.
     */
    public StreamRun writeHtml(Path file) {
        Dataset<Row> drawn = query;
        Optional<EventTimes> times = drawn == null ? Optional.empty() : Optional.of(new EventTimes(drawn));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(
                    file, TimelineHtml.page(kit.testName(), Timeline.name(mode), TimelineLanes.of(steps, times)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
        return this;
    }

    void execute(StepRecord step) {
        try {
            advance(step);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        } catch (Exception e) {
            driver.stop();
            throw check().failure(step, "ended the query with an error: " + Causes.messages(e), e);
        }
    }

    void executeFailing(StepRecord step, String text) {
        try {
            advance(step);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        } catch (Exception e) {
            driver.stop();
            check().failsWith(step, text, e);
            return;
        }
        throw check().failure(step, "did not fail, where an error with \"" + text + "\" was expected", null);
    }

    private void advance(StepRecord step) throws Exception {
        try {
            advanceOnce(step);
        } catch (Exception e) {
            if (!kit.isPlanted(e)) {
                throw e;
            }
            driver.stop();
            if (!mode.equals(OutputMode.Complete())) {
                kit.nudge();
            }
            advanceOnce(step);
        }
    }

    private void advanceOnce(StepRecord step) throws Exception {
        driver.advance(drains, batch -> {
            step.batches().add(batch);
            if (!batch.replay()) {
                firstOutputs.put(batch.id(), batch.output());
            }
        });
    }

    Expectations check() {
        return new Expectations(this);
    }

    /** The rows of {@link Batch#table}. */
    List<Row> table() {
        return reader != null ? reader.get() : Results.table(mode, schema(), keys, steps);
    }

    StructType schema() {
        Dataset<Row> running = query;
        if (running == null) {
            throw new IllegalStateException(
                    "This run writes through a DataStreamWriter of its own, so that the kit does not"
                            + " see its rows: give kit.run a reader of the target and expect table(...).");
        }
        return running.schema();
    }

    StructType tableSchema() {
        List<Row> rows = reader == null ? List.of() : table();
        return rows.isEmpty() || rows.get(0).schema() == null
                ? schema()
                : rows.get(0).schema();
    }

    List<Row> firstOutput(long batch) {
        return firstOutputs.getOrDefault(batch, List.of());
    }

    RowDiff diff(StructType of) {
        return new RowDiff(of, tolerances, keys);
    }

    List<StepRecord> steps() {
        return steps;
    }

    OutputMode mode() {
        return mode;
    }

    @Nullable Dataset<Row> query() {
        return query;
    }

    void close() {
        driver.stop();
        checkpoint.close();
    }
}
