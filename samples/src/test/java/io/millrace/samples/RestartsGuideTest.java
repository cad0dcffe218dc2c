package io.millrace.samples;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the changes of docs/restarts.md on the checkpoint of the unchanged job, and compares who notices them. */
@StreamingTest
class RestartsGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "restarts.md");

    private static final Transform DELAY = Transforms.withWatermark("at", ofMinutes(10));
    private static final Transform TOTAL = grouped("zip", expr("sum(n)").as("total"));
    private static final Transform FIVE_MINUTES = DELAY.andThen(Transforms.windowedCount("at", ofMinutes(5)));

    private final List<String> written = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path directory;

    static Stream<Change> changes() {
        return Stream.of(
                Change.of("a filter or the columns, in a job without state", "works")
                        .from(append(), Transforms.where("n > 1"))
                        .to(append(), Transforms.select("zip"))
                        .writes("[9000]"),
                Change.of("the name of an aggregate's column", "works")
                        .from(update(), TOTAL)
                        .to(update(), grouped("zip", expr("sum(n)").as("pieces")))
                        .writes("[9000,6]"),
                Change.of("the delay of a watermark", "works")
                        .from(update(), FIVE_MINUTES)
                        .to(
                                update(),
                                Transforms.withWatermark("at", ofMinutes(20))
                                        .andThen(Transforms.windowedCount("at", ofMinutes(5))))
                        .writes("[2026-01-01 00:05:00.0,2026-01-01 00:10:00.0,2]"),
                Change.of("update to complete mode, or back", "works")
                        .from(update(), TOTAL)
                        .to(complete(), TOTAL)
                        .writes("[9000,6]"),
                Change.of("update to append mode", "works")
                        .from(update(), FIVE_MINUTES)
                        .to(append(), FIVE_MINUTES)
                        .writes(),
                Change.of("a filter before an aggregate", "nobody")
                        .from(update(), TOTAL)
                        .to(update(), Transforms.where("n > 1").andThen(TOTAL))
                        .writes("[9000,6]"),
                Change.of("a grouping column more or less, or of another type", "Spark")
                        .from(update(), TOTAL)
                        .to(update(), grouped("n", expr("sum(n)").as("total"))),
                Change.of("another grouping column of the same type", "nobody")
                        .from(update(), grouped("upper(zip)", expr("count(1)")))
                        .to(update(), grouped("lower(zip)", expr("count(1)")))
                        .writes("[9000,3]"),
                Change.of("an aggregate more or less, or of another type", "Spark")
                        .from(update(), TOTAL)
                        .to(update(), grouped("zip", expr("sum(n)"), expr("max(n)"))),
                Change.of("another aggregate of the same type", "nobody")
                        .from(update(), grouped("zip", expr("max(n)")))
                        .to(update(), grouped("zip", expr("min(n)")))
                        .writes("[9000,2]"),
                Change.of("the length or the start of a window", "nobody")
                        .from(update(), FIVE_MINUTES)
                        .to(update(), DELAY.andThen(Transforms.windowedCount("at", ofMinutes(10))))
                        .writes("[2026-01-01 00:00:00.0,2026-01-01 00:10:00.0,1]"),
                Change.of("windows that slide, instead of windows that do not, or back", "Spark")
                        .from(update(), FIVE_MINUTES)
                        .to(
                                update(),
                                DELAY.andThen(Transforms.windowedCount("at", ofMinutes(10))
                                        .every(ofMinutes(5)))),
                Change.of("the gap of a session", "nobody")
                        .from(complete(), sessions(1))
                        .to(complete(), sessions(9))
                        .writes(
                                "[2026-01-01 00:01:00.0,2026-01-01 00:02:00.0,9000,1]",
                                "[2026-01-01 00:06:00.0,2026-01-01 00:07:00.0,9000,1]",
                                "[2026-01-01 00:08:00.0,2026-01-01 00:17:00.0,9000,1]"),
                Change.of("the columns of dropDuplicates, of the same types", "nobody")
                        .from(append(), Transforms.dropDuplicates("zip"))
                        .to(append(), Transforms.dropDuplicates("city").andThen(Transforms.select("city")))
                        .writes("[Bruges]"),
                Change.of("a first stateful step", "Spark")
                        .from(update(), Transforms.select("zip"))
                        .to(update(), grouped("zip", expr("count(1)"))),
                Change.of("the last stateful step removed", "nobody; on Spark 4, Spark")
                        .from(update(), TOTAL)
                        .to(update(), Transforms.select("zip"))
                        .writes("[9000]"),
                Change.of("a stateful step before or after another", "Spark")
                        .from(update(), TOTAL)
                        .to(update(), Transforms.dropDuplicates("zip", "n").andThen(TOTAL)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangedStepIsNoticedAsTheGuideSays(Change change, StreamKit kit) throws Exception {
        files("hits", "first", hit("9000", "Gent", 1, "00:01"), hit("9000", "Gent", 2, "00:06"));
        run(kit, change.before().apply(from(source("hits"))));
        written.clear();
        files("hits", "second", hit("9000", "Bruges", 3, "00:08"));

        assertNoticed(change.name(), change.noticedBy(), kit, change.after().apply(from(source("hits"))));
        assertThat(written)
                .containsExactlyInAnyOrderElementsOf(
                        Change.noticing(change.noticedBy(), kit).equals("Spark") ? List.of() : change.rows());
    }

    @Test
    void changedSourcesAreNoticedAsTheGuideSays(StreamKit kit) throws Exception {
        files("hits", "first", hit("9000", "Gent", 1, "00:01"));
        files("more", "first", hit("1000", "Brussels", 2, "00:01"));
        Source both = Sources.union(source("hits"), source("more"));
        run(kit, zips(from(both)));
        written.clear();

        assertNoticed("a source less", "Spark", kit, zips(from(source("hits"))));
        assertNoticed("a source more", "Spark", kit, zips(from(Sources.union(both, source("hits")))));
        assertNoticed(
                "the order of two sources", "Spark", kit, zips(from(Sources.union(source("more"), source("hits")))));
        assertThat(written).isEmpty();
    }

    @Test
    void anotherDirectoryIsNoticedAsTheGuideSays(StreamKit kit) throws Exception {
        files("hits", "first", hit("9000", "Gent", 1, "00:01"));
        files("more", "first", hit("1000", "Brussels", 2, "00:01"));
        run(kit, zips(from(source("hits"))));

        assertNoticed("another directory of a file source", "Spark", kit, zips(from(source("more"))));
    }

    @Test
    void changesOfKafkaAreNoticedAsTheGuideSays(StreamKit kit) throws Exception {
        TestKafka kafka = TestKafka.shared();
        kafka.createTopic("restarts-old", 1);
        kafka.createTopic("restarts-new", 1);
        KafkaSource old =
                Sources.kafka(kafka.bootstrapServers()).topics("restarts-old").startingFrom(Offsets.earliest());
        kafka.send("restarts-old", "one");
        run(kit, values(from(old)));
        written.clear();
        kafka.send("restarts-old", "two");
        kafka.send("restarts-new", "other");

        KafkaSource latest = old.startingFrom(Offsets.latest());
        assertThat(values(from(latest)).validate(kit.spark()).toString()).contains("startingFrom");
        assertNoticed("`startingFrom`", "Millrace, in a note", kit, values(from(latest)));
        assertThat(written).containsExactly("[two]");
        written.clear();
        assertNoticed("a topic more", "works", kit, values(from(old.topics("restarts-old", "restarts-new"))));
        assertThat(written).containsExactly("[other]");
        assertNoticed("another topic", "Spark", kit, values(from(old.topics("restarts-new"))));
        Files.delete(lastOffsets());
        written.clear();
        kafka.send("restarts-old", "three");
        run(kit, values(from(old.topics("restarts-old", "restarts-new"))));
        assertThat(written).containsExactly("[three]");
    }

    @Test
    void anotherNumberOfShufflePartitionsIsNotUsed(StreamKit kit) throws Exception {
        files("hits", "first", hit("9000", "Gent", 1, "00:01"));
        Pipeline totals = from(source("hits")).via(TOTAL).outputMode(update());
        run(kit, totals);
        written.clear();
        files("hits", "second", hit("9000", "Gent", 2, "00:02"));
        kit.spark().conf().set("spark.sql.shuffle.partitions", 3);

        assertThat(totals.validate(kit.spark()).toString()).contains("spark.sql.shuffle.partitions");
        assertNoticed("the number of shuffle partitions", "Millrace, in a note", kit, totals);
        assertThat(written).containsExactly("[9000,3]");
    }

    @Test
    void changesOfTheSinkAreNoticedAsTheGuideSays(StreamKit kit) throws Exception {
        files("hits", "first", hit("9000", "Gent", 1, "00:01"));
        String output = directory.resolve("output").toString();
        run(kit, zips(from(source("hits"))).to(Sinks.json(output)));
        files("hits", "second", hit("1000", "Brussels", 2, "00:02"));

        assertNoticed("another sink, another table or directory", "nobody", kit, zips(from(source("hits"))));
        assertThat(written).containsExactly("[1000]");
        assertNoticed(
                "a new checkpoint, with the directory of a file sink",
                "Millrace",
                kit,
                zips(from(source("hits")))
                        .to(Sinks.json(output))
                        .checkpointAt(directory.resolve("new").toString()));
    }

    @Test
    void anExactlyOnceSinkNoticesANewCheckpoint(StreamKit kit) throws Exception {
        TestPostgres postgres = TestPostgres.shared();
        postgres.execute("CREATE TABLE restarts (zip text)");
        files("hits", "first", hit("9000", "Gent", 1, "00:01"));
        Pipeline appended = zips(from(source("hits")))
                .to(Sinks.jdbc(Database.at(postgres)).table("restarts").appendExactlyOnce());
        run(kit, appended);

        assertNoticed(
                "a new checkpoint, with the table of an exactly-once sink",
                "Millrace",
                kit,
                appended.checkpointAt(directory.resolve("new").toString()));
    }

    private void assertNoticed(String change, String noticedBy, StreamKit kit, Pipeline changed) throws Exception {
        assertThat(Files.readString(GUIDE)).contains("| " + change + " | " + noticedBy + " |");
        String noticed = "nobody";
        try {
            run(kit, changed);
        } catch (ValidationException e) {
            noticed = "Millrace";
        } catch (StreamingQueryException e) {
            noticed = String.valueOf(e.cause()).contains("millrace") ? "Millrace" : "Spark";
        }
        assertThat(noticed).as(change).isEqualTo(Change.noticing(noticedBy, kit));
    }

    private static void run(StreamKit kit, Pipeline pipeline) throws Exception {
        pipeline.availableNow().start(kit.spark()).awaitTermination();
    }

    private Pipeline from(Source source) {
        return Pipeline.named("restarts")
                .from(source)
                .to(Sinks.foreachBatch((rows, batch) ->
                        rows.collectAsList().stream().map(Row::toString).forEach(written::add)))
                .checkpointAt(directory.resolve("checkpoint").toString());
    }

    /** The offsets of the batch that a failed start has left. */
    private Path lastOffsets() throws IOException {
        Path checkpoint = directory.resolve("checkpoint");
        try (Stream<Path> files = Files.list(checkpoint.resolve("offsets"))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file ->
                            Files.notExists(checkpoint.resolve("commits").resolve(file.getFileName())))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Pipeline zips(Pipeline pipeline) {
        return pipeline.via(Transforms.select("zip"));
    }

    private static Pipeline values(Pipeline pipeline) {
        return pipeline.via(Transforms.cast("value", "STRING")).via(Transforms.select("value"));
    }

    private static Transform grouped(String key, Column first, Column... more) {
        return Transforms.of("grouped", rows -> rows.groupBy(expr(key)).agg(first, more));
    }

    private static Transform sessions(int minutes) {
        return DELAY.andThen(Transforms.sessionCount("at", ofMinutes(minutes)).by("zip"));
    }

    private Source source(String name) {
        return Sources.json(directory.resolve(name).toString()).schema("zip STRING, city STRING, n INT, at TIMESTAMP");
    }

    private void files(String name, String file, String... documents) throws IOException {
        Files.write(Files.createDirectories(directory.resolve(name)).resolve(file + ".json"), List.of(documents));
    }

    private static String hit(String zip, String city, int n, String at) {
        return "{\"zip\":\"%s\",\"city\":\"%s\",\"n\":%d,\"at\":\"%s\"}".formatted(zip, city, n, StreamKit.at(at));
    }
}
