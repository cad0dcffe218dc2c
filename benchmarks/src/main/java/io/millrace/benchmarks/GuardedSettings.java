package io.millrace.benchmarks;

import static io.millrace.benchmarks.GuardedJobs.NOTHING;
import static io.millrace.benchmarks.GuardedJobs.TOTAL;
import static io.millrace.benchmarks.GuardedJobs.job;
import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;

import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import java.util.stream.Stream;
import org.apache.spark.sql.streaming.Trigger;

/** Changes of settings and of sinks. */
final class GuardedSettings {
    private GuardedSettings() {}

    static Stream<GuardedChange> settings() {
        GuardedJob total = job(update(), TOTAL);
        GuardedJob rate = job(append(), NOTHING).from(lab -> Sources.rate()).to(lab -> Sinks.format("noop"));
        return Stream.of(
                GuardedChange.of(
                                "the number of shuffle partitions",
                                total,
                                total.with("spark.sql.shuffle.partitions", "3"))
                        .worksWithANote(
                                "by `statePartitions` or by the session: on Spark 3.5, and with state on Spark 4"
                                        + " too, it is ignored: the state keeps the number of the first start"),
                GuardedChange.of(
                                "the state store",
                                total,
                                total.with(
                                        "spark.sql.streaming.stateStore.providerClass",
                                        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"))
                        .worksWithANote("it is ignored: the state keeps the store of the first start"),
                GuardedChange.of("ANSI mode of the session", total, total.with("spark.sql.ansi.enabled", "true"))
                        .works(""),
                GuardedChange.of(
                                "the continuous trigger, for a rate source",
                                rate.on(Trigger.ProcessingTime(0)),
                                rate.on(Trigger.Continuous(1000)))
                        .fails("the offsets differ; those of Kafka do not"));
    }

    static Stream<GuardedChange> sinks() {
        GuardedJob zips = job(append(), Transforms.select("zip"));
        GuardedJob one = zips.to(lab -> Sinks.several("one", Sinks.json(lab.directory("out-1"))));
        GuardedJob two = zips.to(lab -> Sinks.several("one", Sinks.json(lab.directory("out-1")))
                .and("two", Sinks.json(lab.directory("out-2"))));
        GuardedJob json = zips.to(lab -> Sinks.json(lab.directory("out-1")));
        return Stream.of(
                GuardedChange.of(
                                "the settings of the sink",
                                json,
                                zips.to(lab ->
                                        Sinks.json(lab.directory("out-1")).option("lineSep", "\n")))
                        .works(""),
                GuardedChange.of("another table or directory", json, zips.to(lab -> Sinks.json(lab.directory("out-2"))))
                        .isWrongWithANote("the new one gets the rows from now on and lacks the earlier ones"),
                GuardedChange.of("another sink", zips, json).isWrongWithANote("the same"),
                GuardedChange.of("a sink added to `several`", one, two).isWrongWithANote("the same"),
                GuardedChange.of("a sink of `several` removed", two, one)
                        .after(lab -> lab.drop("out-2"))
                        .works("it gets no rows any more"),
                GuardedChange.of(
                                "a sink of `several` renamed",
                                one,
                                zips.to(lab -> Sinks.several("uno", Sinks.json(lab.directory("out-1")))))
                        .worksWithANote("if the last batch failed for it alone, it does not get it again"));
    }
}
