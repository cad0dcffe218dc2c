package io.millrace.testkit;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.opentest4j.AssertionFailedError;

/** Runs a scenario once as it is, and once for each of its checkpoint writes with a crash around it. */
final class CrashTrial {
    private final Supplier<StreamKit> kits;
    private final Consumer<StreamKit> scenario;

    CrashTrial(Supplier<StreamKit> kits, Consumer<StreamKit> scenario) {
        this.kits = kits;
        this.scenario = scenario;
    }

    void run() {
        Crashes none = Crashes.none();
        try (StreamKit clean = kits.get()) {
            play(clean, none, "in the clean run");
            if (none.written().isEmpty()) {
                throw new IllegalArgumentException(
                        "crashEverywhere: the scenario wrote no checkpoint. Let it run a batch, on the kit that it is given.");
            }
            for (int write = 0; write < none.written().size(); write++) {
                crash(
                        clean,
                        Crashes.beforeWrite(write),
                        "before \"" + none.written().get(write) + "\" was written");
                crash(
                        clean,
                        Crashes.afterWrite(write),
                        "after \"" + none.written().get(write) + "\" was written");
            }
        }
    }

    private void crash(StreamKit clean, Crashes crashes, String when) {
        try (StreamKit crashing = kits.get()) {
            play(crashing, crashes, "after a crash " + when);
            if (!crashes.struck()) {
                throw new AssertionFailedError("The crash " + when
                        + " did not come: two runs of the scenario do not write the same checkpoints.");
            }
            for (int run = 0; run < clean.runs().size(); run++) {
                compare(clean.runs().get(run), crashing.runs().get(run), when);
            }
        }
    }

    private void play(StreamKit kit, Crashes crashes, String when) {
        kit.crashes(crashes);
        try {
            scenario.accept(kit);
        } catch (AssertionFailedError failure) {
            throw new AssertionFailedError("The scenario fails " + when + ".\n" + failure.getMessage(), failure);
        }
    }

    private static void compare(StreamRun clean, StreamRun crashed, String when) {
        StructType schema = clean.schema();
        for (int index = 0; index < clean.steps().size(); index++) {
            StepRecord expected = clean.steps().get(index);
            StepRecord actual = crashed.steps().get(index);
            clean.diff(schema)
                    .unordered(fitted(expected, schema), fitted(actual, schema))
                    .ifPresent(difference -> {
                        throw crashed.check()
                                .failure(actual, "emitted other rows after a crash " + when + ": " + difference, null);
                    });
        }
    }

    private static List<Row> fitted(StepRecord step, StructType schema) {
        return step.output().stream().map(row -> Values.row(row, schema)).toList();
    }
}
