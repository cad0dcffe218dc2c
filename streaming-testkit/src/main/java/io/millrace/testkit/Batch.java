package io.millrace.testkit;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * One step of a {@link StreamRun}: the rows to give, and then the expectations. The first expectation runs the batch;
 * if there is none, the end of the step runs it. Rows are compared by value and in any order. A time may be written
 * {@code "00:05"}, and a bigint as an {@code int}. Use it in the thread of the test.
 *
 * <pre>{@code b -> b.given(hits, hit("9000", "00:05")).emits(StreamKit.row("9000", 1))}</pre>
 */
public final class Batch {
    private final StepRecord step;
    private final StepRunner runner;
    private boolean ran;
    private boolean expectsWithoutTime;

    Batch(StepRecord step, StepRunner runner) {
        this.step = step;
        this.runner = runner;
    }

    /** Rows for this step. Several calls, for one input or several, arrive in the same micro-batch. */
    @SafeVarargs
    @SuppressWarnings("varargs") // Read, never written to.
    public final <T> Batch given(Input<T> input, T... rows) {
        return given(input, Arrays.asList(rows));
    }

    /**
     * Rows for this step.
     *
     * @throws IllegalStateException after an expectation of this step, because the first one runs the batch
     * @throws IllegalArgumentException if a row does not fit the columns of {@code input}
     */
    public <T> Batch given(Input<T> input, List<T> rows) {
        if (ran) {
            throw new IllegalStateException("Batch \"" + step.name()
                    + "\": call given(...) before every expectation, because the first one runs the batch.");
        }
        StepRecord.Given given = new StepRecord.Given(input.given(), input.convert(rows));
        given.input().add(given.rows());
        step.given().add(given);
        return this;
    }

    /**
     * The step emits these rows and no others: {@code Row}s by position, records or beans by name.
     *
     * @throws IllegalArgumentException if a row does not fit the columns of the query
     */
    public Batch emits(Object... rows) {
        return emits(Arrays.asList(rows));
    }

    /** The step emits these rows and no others. */
    public Batch emits(List<?> rows) {
        expectations().emits(step, rows, false);
        return this;
    }

    /** The step emits these rows in this order, for a query that sorts. */
    public Batch emitsInOrder(Object... rows) {
        expectations().emits(step, Arrays.asList(rows), true);
        return this;
    }

    /** The step emits no row. */
    public Batch emitsNothing() {
        return emits(List.of());
    }

    /** A batch that was rerun emits the same rows as the first time. */
    public Batch sameOutput() {
        expectations().sameOutput(step);
        return this;
    }

    /**
     * The whole result so far: in append mode all rows emitted, in complete mode the last result, in update mode the
     * last row of each key of {@link StreamRun#keyedBy}. In a run of a writer, the rows that its reader returns.
     *
     * @throws IllegalStateException in update mode without keys
     */
    public Batch table(Object... rows) {
        return table(Arrays.asList(rows));
    }

    /** The whole result so far. */
    public Batch table(List<?> rows) {
        expectations().table(step, rows);
        return this;
    }

    /** The watermark after the step, which the next batch uses. */
    public Batch watermark(String time) {
        return watermark(Times.parse(time));
    }

    /** The watermark after the step, which the next batch uses. */
    public Batch watermark(Instant time) {
        expectations().watermark(step, time, false);
        return this;
    }

    /** The watermark that the step's batch with data used. */
    public Batch watermarkUsed(String time) {
        return watermarkUsed(Times.parse(time));
    }

    /** The watermark that the step's batch with data used. */
    public Batch watermarkUsed(Instant time) {
        expectations().watermark(step, time, true);
        return this;
    }

    /**
     * The number of the rows given in this step that were dropped as late. Counts rows of the input; Spark's own metric
     * counts groups after its partial aggregation. Also fails if rows without an event time were dropped, unless
     * {@link #dropsWithoutEventTime} was called before.
     */
    public Batch dropsLate(int rows) {
        expectations().dropsLate(step, rows, expectsWithoutTime);
        return this;
    }

    /**
     * The number of the rows given in this step that a window or a session dropped because their time is NULL. A filter
     * of the query that drops rows without a time counts as well.
     */
    public Batch dropsWithoutEventTime(int rows) {
        expectations().dropsWithoutEventTime(step, rows);
        expectsWithoutTime = true;
        return this;
    }

    /** The number of rows in the state of all operators after the step. */
    public Batch stateRows(long rows) {
        expectations().stateRows(step, rows);
        return this;
    }

    /** The number of micro-batches that the step ran, including those without data. */
    public Batch runsBatches(int count) {
        expectations().runsBatches(step, count);
        return this;
    }

    /** The step ends the query with an error that has this text in its message or in that of a cause. */
    public Batch fails(String text) {
        if (ran) {
            throw new IllegalStateException("Batch \"" + step.name()
                    + "\": fails(...) must be the only expectation of its step, because a batch that fails"
                    + " emits nothing.");
        }
        ran = true;
        runner.runFailing(step, text);
        return this;
    }

    /** Runs the step if it has not run, since expectations are about its outcome. */
    private Expectations expectations() {
        run();
        return runner.expectations();
    }

    void run() {
        if (!ran) {
            ran = true;
            runner.run(step);
        }
    }
}
