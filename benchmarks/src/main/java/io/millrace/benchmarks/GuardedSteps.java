package io.millrace.benchmarks;

import static io.millrace.benchmarks.GuardedJobs.DELAY;
import static io.millrace.benchmarks.GuardedJobs.NEW;
import static io.millrace.benchmarks.GuardedJobs.ONE_BATCH;
import static io.millrace.benchmarks.GuardedJobs.TOTAL;
import static io.millrace.benchmarks.GuardedJobs.grouped;
import static io.millrace.benchmarks.GuardedJobs.job;
import static io.millrace.benchmarks.GuardedJobs.rows;
import static io.millrace.benchmarks.GuardedJobs.step;
import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static java.time.Duration.ofMinutes;

import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import java.util.stream.Stream;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.Trigger;

/** Changes of jobs without state, and of duplicates, functions and the order of steps. */
final class GuardedSteps {
    private static final String ORDER = "the state belongs to the steps in their old order: " + NEW;

    private GuardedSteps() {}

    static Stream<GuardedChange> withoutState() {
        GuardedJob zips = job(append(), Transforms.select("zip"));
        return Stream.of(
                GuardedChange.of("a filter, in a job without state", job(append(), Transforms.where("n > 1")), zips)
                        .works("the new code gets the rows from now on"),
                GuardedChange.of("the columns, in a job without state", zips, job(append(), Transforms.select("city")))
                        .works("the same"),
                GuardedChange.of(
                                "an expression or a type, in a job without state",
                                job(append(), Transforms.withColumn("n", "n + 1")),
                                job(append(), Transforms.withColumn("n", "CAST(n * 2 AS STRING)")))
                        .works("the same"),
                GuardedChange.of(
                                "a join with a table, in a job without state",
                                zips,
                                zips.via(lab -> Transforms.of("named", GuardedJobs::named)))
                        .works("the same"),
                GuardedChange.of("the name of the query", zips, zips.named("renamed"))
                        .works(""),
                GuardedChange.of("the trigger", zips, zips.on(Trigger.ProcessingTime(0)))
                        .works(""));
    }

    static Stream<GuardedChange> duplicates() {
        return Stream.of(
                rows(
                                "the columns of `dropDuplicates`, of the same types",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("city"))
                        .isWrong("old values would be compared with values of other columns: " + NEW),
                rows(
                                "the order of the columns of `dropDuplicates`",
                                Transforms.dropDuplicates("zip", "city"),
                                Transforms.dropDuplicates("city", "zip"))
                        .isWrong("the same: keep the order"),
                rows(
                                "a column more or less of `dropDuplicates`",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("zip", "city"))
                        .fails(NEW),
                rows(
                                "a column of `dropDuplicates` of another type",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("n"))
                        .fails(NEW),
                rows(
                                "a filter before `dropDuplicates`",
                                Transforms.dropDuplicates("zip"),
                                Transforms.where("city = 'Bruges'").andThen(Transforms.dropDuplicates("zip")))
                        .isWrongWithANote("values of rows that the new filter drops count as seen"),
                rows(
                                "a filter after `dropDuplicates`",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("zip").andThen(Transforms.where("n = 1")))
                        .works(""),
                rows(
                                "`dropDuplicatesWithinWatermark` instead of `dropDuplicates`",
                                DELAY.andThen(Transforms.dropDuplicates("zip")),
                                DELAY.andThen(Transforms.dropDuplicatesWithinWatermark("zip")))
                        .fails(NEW),
                rows("the number of a limit", limit(1), limit(5)).isWrong("rows of earlier batches count: " + NEW));
    }

    /** Functions that keep what they want. */
    static Stream<GuardedChange> functions() {
        String fields = "first INT, sum INT";
        return Stream.of(
                ofFunctions(
                                "a timeout of a function with state",
                                function(fields, GroupStateTimeout.NoTimeout()),
                                function(fields, GroupStateTimeout.ProcessingTimeTimeout()))
                        .fails(NEW),
                ofFunctions(
                                "event time instead of processing time for the timeout of a function with state",
                                function(fields, GroupStateTimeout.ProcessingTimeTimeout()),
                                function(fields, GroupStateTimeout.EventTimeTimeout()))
                        .isWrong("old times would be compared with the watermark: " + NEW),
                step(
                                "the type of the state of a function",
                                function(fields, GroupStateTimeout.NoTimeout()),
                                function("first INT, sum BIGINT", GroupStateTimeout.NoTimeout()))
                        .fails(NEW),
                step(
                                "the order of the fields of the state of a function",
                                function(fields, GroupStateTimeout.NoTimeout()),
                                function("sum INT, first INT", GroupStateTimeout.NoTimeout()))
                        .isWrong("Spark compares types, not names: keep the order"),
                step(
                                "what a column is computed of, before a function with state",
                                function(fields, GroupStateTimeout.NoTimeout()),
                                Transforms.withColumn("n", "n * 10")
                                        .andThen(function(fields, GroupStateTimeout.NoTimeout())))
                        .isWrongWithANote("the state keeps what the old rows left there"));
    }

    private static GuardedChange ofFunctions(String name, Transform before, Transform after) {
        return GuardedChange.of(
                name, job(update(), before).on(ONE_BATCH), job(update(), after).on(ONE_BATCH));
    }

    private static Transform function(String fields, GroupStateTimeout timeout) {
        return Transforms.withWatermark(timeout.equals(GroupStateTimeout.NoTimeout()) ? "at" : "seen", ofMinutes(10))
                .andThen(Transforms.of("function", rows -> GuardedFunction.of(rows, fields, timeout)));
    }

    static Stream<GuardedChange> steps() {
        GuardedJob zips = job(update(), Transforms.select("zip"));
        return Stream.of(
                GuardedChange.of("a first step with state", zips, job(update(), TOTAL))
                        .fails(NEW),
                GuardedChange.of("the last step with state removed", job(update(), TOTAL), zips)
                        .failsOnSpark4("on Spark 3.5 the query runs without it, and put back later it needs a new"
                                + " checkpoint; on Spark 4 it needs one now"),
                step(
                                "a step with state before another",
                                TOTAL,
                                Transforms.dropDuplicates("zip", "n").andThen(TOTAL))
                        .fails(ORDER),
                rows(
                                "a step with state after another",
                                Transforms.dropDuplicates("zip"),
                                Transforms.dropDuplicates("zip").andThen(Transforms.dropDuplicates("city")))
                        .fails(ORDER),
                rows(
                                "one of two steps with state removed",
                                Transforms.dropDuplicates("n").andThen(Transforms.dropDuplicates("zip")),
                                Transforms.dropDuplicates("zip"))
                        .isWrongAndFailsOnSpark4(ORDER),
                rows(
                                "the order of two steps with state",
                                Transforms.dropDuplicates("city").andThen(Transforms.dropDuplicates("zip")),
                                Transforms.dropDuplicates("zip").andThen(Transforms.dropDuplicates("city")))
                        .isWrong(ORDER),
                GuardedChange.of(
                                "a step with state of another kind",
                                job(update(), Transforms.dropDuplicates("zip").andThen(Transforms.select("zip"))),
                                job(update(), grouped("zip", "count(1)")))
                        .fails(NEW));
    }

    private static Transform limit(int rows) {
        return Transforms.of("limit", all -> all.limit(rows));
    }
}
