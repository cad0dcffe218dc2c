package io.millrace.testkit;

import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.internal.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.opentest4j.AssertionFailedError;

/**
 * Runs the query under test batch by batch. Each call acts at once and returns the same run; use it in the thread of
 * the test. A failed expectation is an {@code AssertionError} that shows what differs and why, with the timeline so
 * far.
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
    private final List<String> unchecked = new ArrayList<>();
    private boolean restarted;

    /** The steps whose rows the next step gets again. */
    private List<String> rerun = List.of();

    private Instant now = Times.parse("00:00");

    StreamRun(String testName, Inputs inputs, Checkpoint checkpoint, RunRecord record, StepRunner runner) {
        this.testName = testName;
        this.inputs = inputs;
        this.checkpoint = checkpoint;
        this.record = record;
        this.runner = runner;
    }

    /**
     * Runs one step: gives rows, runs the batches that are due, and checks their outcome. Messages show {@code name}.
     * The end of the test reports a step that was given rows and of which neither the step itself, {@link Batch#table}
     * of a later one, {@link #matchesGolden}, {@link #timeline} nor {@link StreamKit#crashEverywhere} checks anything.
     */
    public StreamRun batch(String name, Consumer<Batch> what) {
        Arguments.required("batch", "name", name);
        Arguments.required("batch", "what", what);
        if (inputs.spark().sparkContext().isStopped()) {
            throw new IllegalStateException("Batch \"" + name + "\" cannot run. " + KitSession.STOPPED);
        }
        StepRecord step = record.newStep(name, restarted);
        restarted = false;
        Batch batch = new Batch(step, runner);
        List<String> before = List.copyOf(unchecked);
        unchecked.clear(); // If the step fails, only that is reported.
        what.accept(batch);
        batch.run();
        if (!batch.checksTheWholeResult()) {
            unchecked.addAll(before);
        }
        if (batch.checksNothing()) {
            unchecked.add(name);
        }
        if (batch.expects()) {
            unchecked.removeAll(rerun);
        }
        rerun = List.of();
        return this;
    }

    /** Ends the query; the next step starts it on the same checkpoint, as a new driver would. */
    public StreamRun restart() {
        runner.stop();
        restarted = true;
        return this;
    }

    /**
     * The same as {@link #restart}, with another version of the query in the output mode of the run.
     *
     * @throws IllegalArgumentException if it reads other inputs, or the same in another order
     * @throws IllegalStateException in a run of a writer
     */
    public StreamRun restartWith(Dataset<Row> newQuery) {
        return restartWith(newQuery, record.mode());
    }

    /**
     * The same as {@link #restart}, with another version of the query in this output mode.
     *
     * @throws IllegalArgumentException if it reads other inputs, or the same in another order
     * @throws IllegalStateException in a run of a writer
     */
    public StreamRun restartWith(Dataset<Row> newQuery, OutputMode mode) {
        Arguments.required("restartWith", "newQuery", newQuery);
        Arguments.required("restartWith", "mode", mode);
        if (record.isOfWriter()) {
            throw new IllegalStateException(
                    "restartWith(newQuery): this run writes into its own sink. Pass the writer of"
                            + " the new query, or a pipeline with its sink.");
        }
        runner.checkRestart(newQuery);
        restart();
        record.query(newQuery, mode);
        runner.replaceDriver(new LiveQuery(newQuery, mode, checkpoint, now.toEpochMilli()));
        return this;
    }

    /**
     * The same as {@link #restart}, with another version of the pipeline, in its own output mode: up to its sink, and
     * in a run of a writer or of a pipeline with its sink, into it.
     */
    public StreamRun restartWith(Pipeline newPipeline) {
        Arguments.required("restartWith", "newPipeline", newPipeline);
        if (record.isOfWriter()) {
            return restartWriting(WriterQuery.of(newPipeline, inputs.spark()));
        }
        PlannedQuery planned = PlannedPipeline.of(newPipeline, inputs.spark());
        return restartWith(planned.rows().orElseThrow(), planned.outputMode());
    }

    /**
     * The same as {@link #restart}, with another version of the writer. The target stays the same.
     *
     * @throws IllegalStateException in a run of a query alone
     */
    public <T> StreamRun restartWith(DataStreamWriter<T> newWriter) {
        Arguments.required("restartWith", "newWriter", newWriter);
        if (!record.isOfWriter()) {
            throw new IllegalStateException("restartWith(newWriter): this run has no target to compare. Start it with"
                    + " kit.run(writer, target).");
        }
        return restartWriting(WriterQuery.of(newWriter));
    }

    private StreamRun restartWriting(WriterQuery.Start start) {
        restart();
        runner.replaceDriver(new WriterQuery(start, checkpoint, record::mode));
        return this;
    }

    /**
     * The same as {@link #restart}, with other partitions of inputs and shuffles. Existing state keeps its partitions.
     *
     * @throws IllegalArgumentException if {@code partitions} is less than 1
     */
    public StreamRun restartWithPartitions(int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    "restartWithPartitions(" + partitions + "): rows are read in one partition or more.");
        }
        restart();
        inputs.partitions(partitions);
        return this;
    }

    /**
     * Restarts and reruns the last micro-batch, as if the driver had failed before its commit.
     *
     * @throws IllegalStateException if no batch has run
     */
    public StreamRun replayLast(Consumer<Batch> what) {
        long last = runner.lastBatch();
        if (last < 0) {
            throw new IllegalStateException("There is no batch to replay yet.");
        }
        return replayFrom(last, "replay of batch " + last, what);
    }

    /**
     * Restarts and goes back to the step {@code name}: reruns its first micro-batch, then all later data.
     *
     * @throws IllegalArgumentException if no step of that name has run a batch, or several have
     */
    public StreamRun rewindTo(String name, Consumer<Batch> what) {
        List<StepRecord> named = record.steps().stream()
                .filter(step -> step.name().equals(name))
                .filter(step -> !step.batches().isEmpty())
                .toList();
        if (named.size() != 1) {
            throw new IllegalArgumentException("rewindTo(\"" + name + "\"): "
                    + (named.isEmpty()
                            ? "no such batch ran; the steps are "
                                    + record.steps().stream()
                                            .map(StepRecord::name)
                                            .toList()
                            : named.size() + " steps of that name ran. Give each a name of its own")
                    + ".");
        }
        return replayFrom(named.get(0).batches().get(0).id(), "rewound to " + name, what);
    }

    private StreamRun replayFrom(long batch, String name, Consumer<Batch> what) {
        restart();
        rerun = record.steps().stream()
                .filter(step -> step.batches().stream().anyMatch(ran -> ran.id() >= batch))
                .map(StepRecord::name)
                .toList();
        checkpoint.uncommitFrom(batch);
        record.rememberTarget();
        return batch(name, what);
    }

    /**
     * From now on, only {@link #noDataBatch} runs batches without data. By default each step runs all that are due.
     *
     * @throws IllegalStateException in a run of a writer
     */
    public StreamRun explicitNoDataBatches() {
        if (record.query() == null) {
            throw new IllegalStateException(
                    "A query that writes into its own sink always runs to its end: explicitNoDataBatches() is for"
                            + " runs of"
                            + " a query alone.");
        }
        runner.runOneBatchAtATime();
        return this;
    }

    /** Runs the batch without data that is due; fails if none is. */
    public StreamRun noDataBatch(String name, Consumer<Batch> what) {
        return batch(name, batch -> {
            batch.run();
            runner.expectations()
                    .ranWithoutData(record.steps().get(record.steps().size() - 1));
            what.accept(batch);
        });
    }

    /**
     * Sets the processing time, which is 00:00 of the kit's day at the start and stands still in between.
     *
     * @throws IllegalArgumentException if the time is earlier than the current one
     * @throws IllegalStateException in a run of a writer
     */
    public StreamRun clock(String time) {
        return clock(Times.parse(time));
    }

    /** Sets the processing time. */
    public StreamRun clock(Instant time) {
        Arguments.required("clock", "time", time);
        if (time.isBefore(now)) {
            throw new IllegalArgumentException("clock(" + Times.text(time) + "): the clock is already at "
                    + Times.text(now) + " and cannot go back.");
        }
        now = time;
        runner.clock(time);
        return this;
    }

    /**
     * Allows numbers of {@code column}, also within its arrays, maps and structs, to differ from the expected ones by
     * up to {@code tolerance}. NaN and the infinities equal only themselves.
     *
     * @throws IllegalArgumentException if there is no such column or no number in it, which a run of a writer says at
     *     {@link Batch#table}; if {@code tolerance} is negative or not finite
     */
    public StreamRun tolerance(String column, double tolerance) {
        Tolerances.checkValue(column, tolerance);
        record.tolerance(column, tolerance);
        return this;
    }

    /**
     * The key columns, in which a later row replaces an earlier one in {@link Batch#table}. Required in update mode.
     */
    public StreamRun keyedBy(String... columns) {
        return keyedBy(Arguments.allRequired("keyedBy", "columns", columns));
    }

    /** The key columns. */
    public StreamRun keyedBy(List<String> columns) {
        record.keyedBy(Arguments.allRequired("keyedBy", "columns", columns));
        return this;
    }

    /** The query has these columns, such as {@code "zip STRING, hits BIGINT"}. Nullability is not compared. */
    public StreamRun schema(String ddl) {
        Arguments.required("schema", "ddl", ddl);
        runner.expectations().schema(StructType.fromDDL(ddl), false);
        return this;
    }

    /** The query has these columns with this nullability. */
    public StreamRun schemaWithNullability(StructType expected) {
        Arguments.required("schemaWithNullability", "expected", expected);
        runner.expectations().schema(expected, true);
        return this;
    }

    /**
     * The timeline is the same as in {@code src/test/resources/golden/name.txt}. Run with
     * {@code -Dmillrace.golden=update} to write the file, and review it like code.
     */
    public StreamRun matchesGolden(String name) {
        Golden.check(Arguments.required("matchesGolden", "name", name), timeline());
        return this;
    }

    /** The timeline that failures show: each step with inputs, batches, watermarks, late rows, state and output. */
    public String timeline() {
        unchecked.clear();
        return runner.expectations().timeline();
    }

    /**
     * Draws the timeline as one self-contained page: event time across, batches down, with windows, the watermark and
     * late rows. Use it in a pull request, or to see why a window did not close.
     */
    public StreamRun writeHtml(Path file) {
        Arguments.required("writeHtml", "file", file);
        Explanation explanation = runner.expectations().explanation();
        String page = TimelineHtml.page(
                testName,
                Timeline.name(record.mode()),
                TimelineLanes.of(record, explanation.times()),
                runner.expectations().timeline(),
                explanation.showsTheClock());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, page);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
        return this;
    }

    /** Fails if nothing checks a step that was given rows. */
    void refuseUncheckedSteps() {
        if (!unchecked.isEmpty()) {
            throw new AssertionFailedError("Batch \"" + String.join("\", batch \"", unchecked)
                    + "\": rows were given, but nothing checks what became of them. Expect something, such as"
                    + " emits(...) or emitsNothing(), or table(...) in a later step. Call runs() if the batch only has"
                    + " to run.");
        }
    }

    RunRecord record() {
        return record;
    }

    void close() {
        runner.stop();
        checkpoint.close();
    }
}
