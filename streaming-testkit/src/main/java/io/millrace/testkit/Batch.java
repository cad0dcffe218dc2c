package io.millrace.testkit;

import io.millrace.core.internal.Arguments;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a {@link StreamRun}: the rows to give, and then the expectations. The first expectation runs the batch;
 * if there is none, the end of the step runs it. Rows are compared by value and in any order. A time may be written
 * {@code "00:05"}, a bigint as an {@code int}, and a variant as JSON; variants are equal if their JSON is. Use it in
 * the thread of the test.
 *
 * <pre>{@code b -> b.given(hits, hit("9000", "00:05")).emits(StreamKit.row("9000", 1))}</pre>
 */
public final class Batch {
    private final StepRecord step;
    private final StepRunner runner;
    private List<String> columns = List.of();
    private boolean ran;
    private boolean expects;
    private boolean expectsTable;
    private boolean expectsWithoutTime;
    private boolean fails;

    Batch(StepRecord step, StepRunner runner) {
        this.step = step;
        this.runner = runner;
    }

    /**
     * Rows for this step. Several calls, for one input or several, arrive in the same micro-batch. A step that is given
     * rows must expect something, or call {@link #runs()}.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // Read, never written to.
    public final <T> Batch given(Input<T> input, T... rows) {
        return given(input, all("given", rows));
    }

    /**
     * Rows for this step.
     *
     * @throws IllegalStateException after an expectation of this step, because the first one runs the batch
     * @throws IllegalArgumentException if a row does not fit the columns of {@code input}, or if the query does not
     *     read it; a run of a writer says that after the step
     */
    public <T> Batch given(Input<T> input, List<T> rows) {
        Arguments.required("given", "input", input);
        if (ran) {
            throw new IllegalStateException("Batch \"" + step.name()
                    + "\": call given(...) before every expectation, because the first one runs the batch.");
        }
        List<T> all = Arguments.allRequired("given", "rows", rows);
        String call = "Batch \"" + step.name() + "\": given(" + input.given().name() + ", ..)";
        runner.checkReads(call, input.given());
        StepRecord.Given given = new StepRecord.Given(input.given(), input.convert(call, all));
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
        return emits(all("emits", rows));
    }

    /** The step emits these rows and no others. */
    public Batch emits(List<?> rows) {
        List<?> expected = Arguments.allRequired("emits", "rows", rows);
        expectations().emits(step, expected, columns, false);
        return this;
    }

    /** The step emits these rows in this order, for a query that sorts. */
    public Batch emitsInOrder(Object... rows) {
        return emitsInOrder(all("emitsInOrder", rows));
    }

    /** The step emits these rows in this order, for a query that sorts. */
    public Batch emitsInOrder(List<?> rows) {
        List<?> expected = Arguments.allRequired("emitsInOrder", "rows", rows);
        expectations().emits(step, expected, columns, true);
        return this;
    }

    /**
     * The only columns, in this order, that {@link #emits}, {@link #emitsInOrder} and {@link #table} compare from here
     * on: {@code b.given(..).columns("zip", "count").emits(row("9000", 2))}. By default they compare all.
     *
     * @throws IllegalArgumentException from the expectation, if the rows have no such column, or several
     */
    public Batch columns(String... names) {
        return columns(all("columns", names));
    }

    /** The only columns, in this order, that are compared from here on. */
    public Batch columns(List<String> names) {
        columns = Arguments.allRequired("columns", "names", names);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("columns(): name at least one column.");
        }
        return this;
    }

    /** The step runs without an error; nothing else is expected of it. */
    public Batch runs() {
        expectations();
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
        return table(all("table", rows));
    }

    /** The whole result so far. */
    public Batch table(List<?> rows) {
        List<?> expected = Arguments.allRequired("table", "rows", rows);
        expectations().table(step, expected, columns);
        expectsTable = true;
        return this;
    }

    /** The watermark after the step, which the next batch uses. */
    public Batch watermark(String time) {
        return watermark(Times.parse(time));
    }

    /** The watermark after the step, which the next batch uses. */
    public Batch watermark(Instant time) {
        Arguments.required("watermark", "time", time);
        expectations().watermark(step, time, false);
        return this;
    }

    /** The watermark that the step's batch with data used. */
    public Batch watermarkUsed(String time) {
        return watermarkUsed(Times.parse(time));
    }

    /** The watermark that the step's batch with data used. */
    public Batch watermarkUsed(Instant time) {
        Arguments.required("watermarkUsed", "time", time);
        expectations().watermark(step, time, true);
        return this;
    }

    /**
     * The earliest and the latest event time that Spark has measured in the step, as in {@code eventTime} of its
     * progress.
     */
    public Batch eventTimes(String earliest, String latest) {
        return eventTimes(Times.parse(earliest), Times.parse(latest));
    }

    /** The earliest and the latest event time that Spark has measured in the step, to the millisecond. */
    public Batch eventTimes(Instant earliest, Instant latest) {
        Arguments.required("eventTimes", "earliest", earliest);
        Arguments.required("eventTimes", "latest", latest);
        expectations().eventTimes(step, earliest, latest);
        return this;
    }

    /** The average event time that Spark has measured in the step's first batch with data. */
    public Batch averageEventTime(String time) {
        return averageEventTime(Times.parse(time));
    }

    /** The average event time that Spark has measured in the step's first batch with data, to the millisecond. */
    public Batch averageEventTime(Instant time) {
        Arguments.required("averageEventTime", "time", time);
        expectations().averageEventTime(step, time);
        return this;
    }

    /**
     * The metrics that {@code Dataset.observe(name, ..)} has measured: one row for each batch of the step that read
     * data, in their order. {@link #columns} applies.
     *
     * @throws IllegalArgumentException if the query observes nothing of that name; the message lists the names
     */
    public Batch observed(String name, Object... rows) {
        return observed(name, all("observed", rows));
    }

    /** The metrics that {@code Dataset.observe(name, ..)} has measured: one row for each batch with data. */
    public Batch observed(String name, List<?> rows) {
        Arguments.required("observed", "name", name);
        List<?> expected = Arguments.allRequired("observed", "rows", rows);
        expectations().observed(step, name, expected, columns);
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

    /**
     * The number of rows that {@code withWatermark(..).aheadAtMost(..)} found ahead of the clock in the step, whether
     * it drops or keeps them. The clock is that of the test, which starts at 00:00: see {@link StreamRun#clock}.
     */
    public Batch rowsAhead(int rows) {
        expectations().rowsAhead(step, rows);
        return this;
    }

    /** The number of rows in the state of all operators after the step. */
    public Batch stateRows(long rows) {
        expectations().stateRows(step, rows);
        return this;
    }

    /**
     * The state {@code name} has these rows after the step and no others: the columns of its key, then those of its
     * value. The name is that of a state variable, {@code timers}, {@code left} or {@code right} of a join, or the
     * operator as Spark calls it, such as {@code stateStoreSave} for an aggregation. If the query has several of a
     * name, Spark's number of the operator is part of it: {@code dedupe:1}; beside a state variable {@code timers:0},
     * the timers are {@code $timers:0}. {@link #columns} applies; a field of the value that is named as a column before
     * it is {@code value.key}. Needs Spark 4.1.
     *
     * @throws IllegalArgumentException if the query has no such state, or several; the message names them
     * @throws IllegalStateException on Spark 3.5
     */
    public Batch state(String name, Object... rows) {
        return state(name, all("state", rows));
    }

    /** The state {@code name} has these rows after the step and no others. */
    public Batch state(String name, List<?> rows) {
        Arguments.required("state", "name", name);
        List<?> expected = Arguments.allRequired("state", "rows", rows);
        expectations().state(step, name, runner.state(), expected, columns);
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
            throw notAlone();
        }
        Arguments.required("fails", "text", text);
        ran = true;
        expects = true;
        fails = true;
        runner.runFailing(step, text);
        return this;
    }

    private IllegalStateException notAlone() {
        return new IllegalStateException("Batch \"" + step.name()
                + "\": fails(...) must be the only expectation of its step, because a batch that fails emits nothing.");
    }

    /** Runs the step if it has not run, since expectations are about its outcome. */
    private Expectations expectations() {
        if (fails) {
            throw notAlone();
        }
        run();
        expects = true;
        return runner.expectations();
    }

    /** Whether rows were given of which nothing is expected. */
    boolean checksNothing() {
        return !expects && step.given().stream().anyMatch(given -> !given.rows().isEmpty());
    }

    boolean expects() {
        return expects;
    }

    /** Whether the whole result was compared. */
    boolean checksTheWholeResult() {
        return expectsTable;
    }

    private static <T> List<T> all(String call, T @Nullable [] values) {
        return Arrays.asList(Arguments.required(call, "the array", values));
    }

    void run() {
        if (!ran) {
            ran = true;
            runner.run(step);
        }
    }
}
