package io.millrace.testkit;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.opentest4j.AssertionFailedError;

/** Runs a scenario without a crash, then with a crash before and after each of its checkpoint writes. */
final class CrashTrial {
    private final Function<Crashes, Play> plays;

    CrashTrial(Function<Crashes, Play> plays) {
        this.plays = plays;
    }

    /** One execution of the scenario, on a new kit. */
    interface Play extends AutoCloseable {
        void start();

        List<RunRecord> runs();

        @Override
        void close();
    }

    void run() {
        Crashes none = Crashes.none();
        try (Play clean = plays.apply(none)) {
            start(clean, "in the clean run");
            if (none.written().isEmpty()) {
                throw new IllegalArgumentException(
                        "crashEverywhere: the scenario wrote no checkpoint. Let it run a batch, on the kit that it is"
                                + " given.");
            }
            for (int write = 0; write < none.written().size(); write++) {
                String file = "\"" + none.written().get(write) + "\" was written";
                crash(clean, Crashes.beforeWrite(write), "before " + file);
                crash(clean, Crashes.afterWrite(write), "after " + file);
            }
        }
    }

    private void crash(Play clean, Crashes crashes, String when) {
        try (Play crashing = plays.apply(crashes)) {
            start(crashing, "after a crash " + when);
            if (!crashes.struck()) {
                throw new AssertionFailedError("The crash " + when
                        + " did not happen: two runs of the scenario do not write the same checkpoints.");
            }
            for (int run = 0; run < clean.runs().size(); run++) {
                compare(clean.runs().get(run), crashing.runs().get(run), when);
            }
        }
    }

    private static void start(Play play, String when) {
        try {
            play.start();
        } catch (AssertionFailedError failure) {
            throw new AssertionFailedError("The scenario fails " + when + ".\n" + failure.getMessage(), failure);
        }
    }

    private static void compare(RunRecord clean, RunRecord crashed, String when) {
        for (int index = 0; index < clean.steps().size(); index++) {
            StepRecord expected = clean.steps().get(index);
            StepRecord actual = crashed.steps().get(index);
            boolean isTarget = clean.isOfWriter();
            List<Row> wanted = isTarget ? expected.target() : expected.output();
            List<Row> found = isTarget ? actual.target() : actual.output();
            StructType schema = clean.tableSchema(found, wanted);
            clean.diff(schema)
                    .unordered(fitted(wanted, schema), fitted(found, schema))
                    .ifPresent(difference -> {
                        String what = isTarget ? "left other rows in the target" : "emitted other rows";
                        throw new Expectations(crashed)
                                .failure(actual, what + " after a crash " + when + ": " + difference, null);
                    });
        }
    }

    private static List<Row> fitted(List<Row> rows, StructType schema) {
        return rows.stream().map(row -> Values.row(row, schema)).toList();
    }
}
