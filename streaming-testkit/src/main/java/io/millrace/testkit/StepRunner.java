package io.millrace.testkit;

import java.time.Instant;
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
        this.expectations = new Expectations(run);
    }

    Expectations expectations() {
        return expectations;
    }

    StateReader state() {
        return state;
    }

    void run(StepRecord step) {
        Exception error = advance(step);
        if (error != null) {
            throw expectations.failure(step, "ended the query with an error: " + Causes.messages(error), error);
        }
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
