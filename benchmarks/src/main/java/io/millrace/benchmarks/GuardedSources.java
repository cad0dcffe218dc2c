package io.millrace.benchmarks;

import static io.millrace.benchmarks.GuardedJobs.NEW;
import static io.millrace.benchmarks.GuardedJobs.job;
import static io.millrace.core.OutputModes.append;

import io.millrace.core.Offsets;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import java.util.stream.Stream;

/** Changes of sources. */
final class GuardedSources {
    private GuardedSources() {}

    static Stream<GuardedChange> sources() {
        GuardedJob zips = job(append(), Transforms.select("zip"));
        GuardedJob both = zips.from(lab -> Sources.union(lab.files("hits"), lab.files("more")));
        GuardedJob rate = job(append(), Transforms.select("value")).from(lab -> Sources.rate());
        return Stream.of(
                GuardedChange.of("a source more", zips, both).fails(NEW),
                GuardedChange.of("a source less", both, zips).fails(NEW),
                GuardedChange.of(
                                "the order of two sources",
                                both,
                                zips.from(lab -> Sources.union(lab.files("more"), lab.files("hits"))))
                        .fails("the offsets belong to the sources in their old order: keep the order"),
                GuardedChange.of("another directory of a file source", zips, zips.from(lab -> lab.files("more")))
                        .fails("the checkpoint lists the files of the old one: " + NEW),
                GuardedChange.of(
                                "the format of a file source",
                                zips,
                                job(append(), Transforms.select("value"))
                                        .from(lab -> Sources.text(lab.directory("hits"))))
                        .works("for the files from now on"),
                GuardedChange.of(
                                "the schema of a file source",
                                zips,
                                zips.from(lab -> lab.files("hits", "zip STRING, other STRING")))
                        .works("for the files from now on"),
                GuardedChange.of(
                                "the options of a file source",
                                zips,
                                zips.from(lab -> Sources.json(
                                                lab.directory("hits").toString())
                                        .schema("zip STRING, city STRING")
                                        .option("maxFilesPerTrigger", "1")))
                        .works(""),
                GuardedChange.of("a source of another kind", zips, rate).fails(NEW));
    }

    static Stream<GuardedChange> kafka() {
        GuardedJob values = job(append(), Transforms.cast("value", "STRING").andThen(Transforms.select("value")))
                .from(lab -> lab.kafka("a"));
        return Stream.of(
                GuardedChange.of("a topic more", values, values.from(lab -> lab.kafka("a", "b")))
                        .worksWithANote("the new topic is read from its first record, whatever `startingFrom` says"),
                GuardedChange.of("another topic", values, values.from(lab -> lab.kafka("b")))
                        .fails("the failed start of Spark would leave a planned batch: " + NEW),
                GuardedChange.of("a topic that was deleted and created again under its name", values, values)
                        .after(GuardLab::createAgain)
                        .asOfANewCheckpoint()
                        .isWrong("its offsets mean other records, of which Spark would skip the first: use a new"
                                + " checkpoint. See [sources](sources.md#kafka)"),
                GuardedChange.of("a topic less", values.from(lab -> lab.kafka("a", "b")), values)
                        .fails("the same, or `failOnDataLoss(false)`"),
                GuardedChange.of(
                                "a topic less, with `failOnDataLoss(false)`",
                                values.from(lab -> lab.kafka("a", "b")),
                                values.from(lab -> lab.kafka("a").failOnDataLoss(false)))
                        .worksWithANote("its records from now on are left out"),
                GuardedChange.of(
                                "a pattern of topics instead of their names",
                                values,
                                values.from(lab -> lab.broker().topicPattern(lab.topic("[a]"))))
                        .worksWithANote("the same as a topic more"),
                GuardedChange.of(
                                "the order of two Kafka sources",
                                values.from(lab -> Sources.union(lab.kafka("a"), lab.kafka("b"))),
                                values.from(lab -> Sources.union(lab.kafka("b"), lab.kafka("a"))))
                        .fails("the offsets belong to the sources in their old order: keep the order"),
                GuardedChange.of(
                                "`startingFrom`",
                                values,
                                values.from(lab -> lab.kafka("a").startingFrom(Offsets.latest())))
                        .worksWithANote("it is ignored: the checkpoint decides. To read again, use a new checkpoint"),
                GuardedChange.of(
                                "`maxOffsetsPerTrigger`",
                                values,
                                values.from(lab -> lab.kafka("a").maxOffsetsPerTrigger(1)))
                        .worksWithANote(""),
                GuardedChange.of(
                                "`until`",
                                values,
                                values.from(lab -> lab.kafka("a").until(Offsets.of(lab.topic("a"), 0, 3))))
                        .worksWithANote("the query ends there, with the trigger `availableNow`"),
                GuardedChange.of("files instead of Kafka", values, job(append(), Transforms.select("zip")))
                        .fails(NEW),
                GuardedChange.of("Kafka instead of files", job(append(), Transforms.select("zip")), values)
                        .fails(NEW));
    }
}
