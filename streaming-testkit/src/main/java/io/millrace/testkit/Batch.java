package io.millrace.testkit;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * One step of a {@link StreamRun}: first what is given, then what must come of it. The rows are processed as soon as the
 * first expectation is written, or at the end of the step. Rows are compared in any order, by value; a time may be written
 * {@code "00:05"}, and an {@code int} where the column is a bigint.
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

    /** Rows for this step; several calls, for one input or several, arrive in the same micro-batch. */
    @SafeVarargs
    @SuppressWarnings("varargs") // Read, never written to.
    public final <T> Batch given(Input<T> input, T... rows) {
        return given(input, Arrays.asList(rows));
    }

    /** Rows for this step. */
    public <T> Batch given(Input<T> input, List<T> rows) {
        if (ran) {
            throw new IllegalStateException("Batch \"" + step.name()
                    + "\": given(...) comes before every expectation, because the first one runs the batch.");
        }
        StepRecord.Given given = new StepRecord.Given(input.given(), input.convert(rows));
        given.input().add(given.rows());
        step.given().add(given);
        return this;
    }

    /** The step emits these rows and no others: {@code Row}s by position, records or beans by name. */
    public Batch emits(Object... rows) {
        return emits(Arrays.asList(rows));
    }

    /** The step emits these rows and no others. */
    public Batch emits(List<?> rows) {
        expectations().emits(step, rows, false);
        return this;
    }

    /** The step emits these rows in this order, as a query that sorts does. */
    public Batch emitsInOrder(Object... rows) {
        expectations().emits(step, Arrays.asList(rows), true);
        return this;
    }

    /** The step emits no row. */
    public Batch emitsNothing() {
        return emits(List.of());
    }

    /** A batch that ran again emits what it emitted the first time. */
    public Batch sameOutput() {
        expectations().sameOutput(step);
        return this;
    }

    /**
     * The whole result so far: in append mode all rows that were emitted, in complete mode the last result, in update
     * mode the last row of each key of {@link StreamRun#keyedBy}, and of a run with a reader what that reads.
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
     * So many of the rows given in this step were dropped as late: rows of the input, where Spark counts what is left of
     * them after its partial aggregation. Fails as well if rows were dropped because they have no event time, unless
     * {@link #dropsWithoutEventTime} has said so before.
     */
    public Batch dropsLate(int rows) {
        expectations().dropsLate(step, rows, expectsWithoutTime);
        return this;
    }

    /**
     * So many of the rows given in this step were dropped by a window or a session because their time is NULL, or by a
     * filter of the query that asks for a time.
     */
    public Batch dropsWithoutEventTime(int rows) {
        expectations().dropsWithoutEventTime(step, rows);
        expectsWithoutTime = true;
        return this;
    }

    /** So many rows are in the state of all operators after the step. */
    public Batch stateRows(long rows) {
        expectations().stateRows(step, rows);
        return this;
    }

    /** The step took so many micro-batches, those without data included. */
    public Batch runsBatches(int count) {
        expectations().runsBatches(step, count);
        return this;
    }

    /** The step ends the query with an error whose message, or that of a cause, has this text in it. */
    public Batch fails(String text) {
        if (ran) {
            throw new IllegalStateException("Batch \"" + step.name()
                    + "\": fails(...) is the only expectation of its step, because a batch that fails emits nothing.");
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
