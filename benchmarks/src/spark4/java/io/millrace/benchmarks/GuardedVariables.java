package io.millrace.benchmarks;

import static io.millrace.benchmarks.GuardedJobs.NEW;
import static io.millrace.benchmarks.GuardedJobs.ONE_BATCH;
import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;

import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import java.util.List;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.Trigger;

/** Changes of functions with variables of state, {@code transformWithState}: for Spark 4. */
final class GuardedVariables {
    private static final TimeMode NONE = TimeMode.None();
    private static final TimeMode BY_CLOCK = TimeMode.ProcessingTime();
    private static final String STORE = "spark.sql.streaming.stateStore.providerClass";
    private static final String ROCKS_DB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider";

    private GuardedVariables() {}

    static List<GuardedChange> all() {
        return List.of(
                change("the columns after the function", "sum: value INT", "sum: value INT", Transforms.select("zip"))
                        .works(""),
                change("a variable more", "sum: value INT", "sum: value INT; most: value INT")
                        .isWrongWithANote("it is empty for all that came before"),
                change("a variable less", "sum: value INT; most: value INT", "sum: value INT")
                        .worksWithANote("it stays in the state; a later variable of its name starts with its values"),
                change("the name of a variable", "sum: value INT", "total: value INT")
                        .isWrongWithANote("it is empty for all that came before"),
                change(
                                "the order of the variables",
                                "sum: value INT; most: value INT",
                                "most: value INT; sum: value INT")
                        .works("Spark finds them by their names"),
                change("a list instead of a value", "sum: value INT", "sum: list INT")
                        .fails(NEW),
                change("a map instead of a value", "sum: value INT", "sum: map INT")
                        .fails(NEW),
                change("the type of a variable", "sum: value INT", "sum: value BIGINT")
                        .fails(NEW),
                change("the order of the fields of a variable", "sum: value n INT, m INT", "sum: value m INT, n INT")
                        .isWrong("Spark compares types, not names: keep the order"),
                GuardedChange.of("a time to live", timed("sum: value INT"), timed("sum: value INT ttl 60"))
                        .fails(NEW),
                GuardedChange.of(
                                "another time to live", timed("sum: value INT ttl 60"), timed("sum: value INT ttl 600"))
                        .works("for values from the next one on"),
                GuardedChange.of("the time mode", timed(NONE, update()), timed(BY_CLOCK, update()))
                        .fails(NEW),
                GuardedChange.of(
                                "event time instead of processing time",
                                timed(BY_CLOCK, update()),
                                timed(TimeMode.EventTime(), update()))
                        .fails(NEW),
                GuardedChange.of("the output mode", timed(NONE, update()), timed(NONE, append()))
                        .fails(NEW),
                GuardedChange.of(
                                "a grouping key of another type",
                                job(update(), NONE, tally("sum: value INT")),
                                job(
                                        update(),
                                        NONE,
                                        Transforms.of("tally", rows -> GuardedTally.byNumber(rows, "sum: value INT"))))
                        .fails(NEW),
                change(
                                "what a column is computed of, before the function",
                                tally("sum: value INT"),
                                Transforms.withColumn("n", "n * 10").andThen(tally("sum: value INT")))
                        .isWrongWithANote("the state keeps what the old rows left there"),
                change(
                                "`transformWithState` instead of `flatMapGroupsWithState`",
                                Transforms.of(
                                        "function",
                                        rows -> GuardedFunction.of(
                                                rows, "first INT, sum INT", GroupStateTimeout.NoTimeout())),
                                tally("sum: value INT"))
                        .fails(NEW));
    }

    private static GuardedChange change(String name, String before, String after) {
        return change(name, tally(before), tally(after));
    }

    private static GuardedChange change(String name, String before, String after, Transform last) {
        return change(name, tally(before), tally(after).andThen(last));
    }

    private static GuardedChange change(String name, Transform before, Transform after) {
        return GuardedChange.of(name, job(update(), NONE, before), job(update(), NONE, after));
    }

    private static GuardedJob timed(String variables) {
        return timed(variables, BY_CLOCK, update());
    }

    private static GuardedJob timed(TimeMode time, OutputMode mode) {
        return timed("sum: value INT", time, mode);
    }

    private static GuardedJob timed(String variables, TimeMode time, OutputMode mode) {
        return job(
                mode,
                time,
                Transforms.of(
                        "tally",
                        rows -> GuardedTally.of(rows.withWatermark("at", "0 minutes"), variables, time, mode)));
    }

    private static Transform tally(String variables) {
        return Transforms.of("tally", rows -> GuardedTally.of(rows, variables, NONE, update()));
    }

    private static GuardedJob job(OutputMode mode, TimeMode time, Transform step) {
        return GuardedJob.of(mode, step)
                .on(time.equals(BY_CLOCK) ? ONE_BATCH : Trigger.AvailableNow())
                .with(STORE, ROCKS_DB);
    }
}
