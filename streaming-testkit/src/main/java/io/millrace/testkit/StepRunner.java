package io.millrace.testkit;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.jspecify.annotations.Nullable;

/** Runs the steps of a run, each one again after a planted crash, and records their batches. */
final class StepRunner {
    private final RunRecord run;
    private final Inputs inputs;
    private final @Nullable Crashes crashes;
    private final Checkpoint checkpoint;
    private final StateReader state;
    private final Expectations expectations;
    private QueryDriver driver;
    private boolean drains = true;

    StepRunner(RunRecord run, QueryDriver driver, Inputs inputs, @Nullable Crashes crashes, Checkpoint checkpoint) {
        this.run = run;
        this.driver = driver;
        this.inputs = inputs;
        this.crashes = crashes;
        this.checkpoint = checkpoint;
        this.state = new StateReader(inputs.spark(), checkpoint);
        this.expectations = new Expectations(run, state);
    }

    Expectations expectations() {
        return expectations;
    }

    StateReader state() {
        return state;
    }

    void run(StepRecord step) {
        Map<GivenRows, Integer> opened = new HashMap<>();
        step.given().forEach(given -> opened.put(given.input(), given.input().timesOpened()));
        Exception error = advance(step);
        if (error != null) {
            throw expectations.failure(step, "ended the query with an error: " + Causes.messages(error), error);
        }
        if (run.isOfWriter()) {
            if (crashes != null) {
                step.target().addAll(run.table());
            }
            step.given().stream()
                    .filter(given -> !given.rows().isEmpty())
                    .map(StepRecord.Given::input)
                    .filter(input -> input.timesOpened() == opened.getOrDefault(input, 0))
                    .findFirst()
                    .ifPresent(input -> {
                        throw new IllegalArgumentException("Batch \"" + step.name() + "\": given(" + input.name()
                                + ", ..): the writer does not read this input.");
                    });
        }
    }

    /** Refuses an input that the query does not read; which inputs a writer reads is known after it has run. */
    void checkReads(String call, GivenRows input) {
        Dataset<Row> query = run.query();
        List<GivenRows> read = query == null ? List.of(input) : SparkPlanInternals.inputs(query);
        if (!read.contains(input)) {
            String names = read.stream().map(GivenRows::name).distinct().collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    call + ": the query does not read this input" + (names.isEmpty() ? "." : ", but " + names + ".")
                            + StandIns.of(inputs.spark())
                                    .describe(input)
                                    .map(source -> " It stands in for a " + source + ", and the job has opened none.")
                                    .orElse(""));
        }
    }

    /** Refuses a query whose sources Spark would continue at the offsets of others; Spark refuses another number. */
    void checkRestart(Dataset<Row> newQuery) {
        Dataset<Row> query = run.query();
        List<GivenRows> before = query == null ? List.of() : SparkPlanInternals.inputs(query);
        List<GivenRows> now = SparkPlanInternals.inputs(newQuery);
        if (before.size() == now.size() && !before.equals(now)) {
            throw new IllegalArgumentException("restartWith(newQuery): the run reads " + names(before)
                    + ", and the new query " + names(now)
                    + ". Spark continues its sources by their order: read the same"
                    + " inputs in the same order.");
        }
    }

    private static String names(List<GivenRows> inputs) {
        return inputs.stream().map(GivenRows::name).collect(Collectors.joining(", "));
    }

    /** Runs a step that must end the query with an error that has {@code text} in its message. */
    void runFailing(StepRecord step, String text) {
        Exception error = advance(step);
        if (error == null) {
            throw expectations.failure(step, "did not fail, but an error with \"" + text + "\" was expected", null);
        }
        expectations.failsWith(step, text, error);
    }

    /** Stops draining batches without data. */
    void runOneBatchAtATime() {
        drains = false;
    }

    /** The last batch that a run without crashes has as well; negative if there is none. */
    long lastBatch() {
        long last = checkpoint.lastBatch().orElse(-1);
        while (last > 0 && checkpoint.isNudge(last)) {
            last--;
        }
        return last;
    }

    void replaceDriver(QueryDriver newDriver) {
        driver = newDriver;
    }

    void clock(Instant time) {
        driver.clock(time.toEpochMilli());
    }

    void stop() {
        driver.stop();
    }

    /** Runs what is due; the error that ended the query, null if there was none. */
    private @Nullable Exception advance(StepRecord step) {
        try {
            advanceOverCrash(step);
            return null;
        } catch (InterruptedException e) {
            throw Causes.interrupted(e);
        } catch (Exception e) {
            driver.stop();
            return e;
        }
    }

    private void advanceOverCrash(StepRecord step) throws Exception {
        try {
            advanceOnce(step);
        } catch (Exception e) {
            if (crashes == null || !Crashes.isCauseOf(e)) {
                throw e;
            }
            driver.stop();
            checkpoint.deleteUnfinishedStart();
            if (!run.mode().equals(OutputMode.Complete())) {
                inputs.nudge();
            }
            advanceOnce(step);
        }
    }

    private void advanceOnce(StepRecord step) throws Exception {
        driver.advance(drains, batch -> run.add(step, batch));
    }
}
