package io.millrace.benchmarks;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.ValidationException;
import io.millrace.core.internal.Triggers;
import io.millrace.core.internal.guard.CheckpointGuard;
import io.millrace.core.internal.guard.GuardedQuery;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/** Where one change is tried: files, topics and checkpoints of its own. */
final class GuardLab {
    private static final String COLUMNS = "zip STRING, city STRING, n INT, m INT, at TIMESTAMP, seen TIMESTAMP";

    /** Notes that have nothing to do with a checkpoint. */
    private static final List<String> OF_ANY_CODE = List.of("expression", "cast", "once");

    private static final List<String> FIRST = List.of(
            hit("9000", "Gent", 1, 4, "00:01", "00:11"),
            hit("9000", "Gent", 2, 1, "00:06", "00:02"),
            hit("1000", "Brussels", 2, 7, "00:02", "00:03"),
            hit("8000", "Gent", 5, 5, "00:07", "00:50"));

    private static final List<String> SECOND = List.of(
            hit("9000", "Gent", 1, 2, "00:08", "00:12"),
            hit("9000", "Bruges", 3, 3, "00:03", "00:04"),
            hit("1000", "Gent", 4, 9, "00:09", "00:01"),
            hit("7000", "Brussels", 1, 1, "00:30", "00:31"));

    private final Path root;
    private final String topics;
    private boolean hasTopics;
    private final List<String> written = new ArrayList<>();

    GuardLab(Path root) {
        this.root = root;
        this.topics = "guard-" + UUID.randomUUID();
    }

    private static String hit(String zip, String city, int n, int m, String at, String seen) {
        return ("{\"zip\":\"%s\",\"city\":\"%s\",\"n\":%d,\"m\":%d,\"at\":\"2026-01-01T%s:00Z\","
                        + "\"seen\":\"2026-01-01T%s:00Z\"}")
                .formatted(zip, city, n, m, at, seen);
    }

    /** The rows of a directory of JSON documents. */
    Source files(String name) {
        return files(name, COLUMNS);
    }

    Source files(String name, String columns) {
        return Sources.json(root.resolve(name).toString()).schema(columns);
    }

    Path directory(String name) {
        return root.resolve(name);
    }

    /** The records of topics {@code a} and {@code b}, of which the first has records from the beginning. */
    KafkaSource kafka(String... names) {
        return broker().topics(Stream.of(names).map(this::topic).toList());
    }

    KafkaSource broker() {
        if (!hasTopics) {
            TestKafka.shared().createTopic(topic("a"), 1);
            TestKafka.shared().createTopic(topic("b"), 1);
            TestKafka.shared().send(topic("a"), "one", "two");
            hasTopics = true;
        }
        return Sources.kafka(TestKafka.shared().bootstrapServers()).startingFrom(Offsets.earliest());
    }

    /** Deletes topic {@code a}, and creates another of its name, with as many records as were read of the old one. */
    void createAgain() {
        broker();
        String topic = topic("a");
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", TestKafka.shared().bootstrapServers()))) {
            admin.deleteTopics(List.of(topic)).all().get(1, TimeUnit.MINUTES);
            Instant end = Instant.now().plusSeconds(60);
            while (admin.listTopics().names().get(1, TimeUnit.MINUTES).contains(topic)) {
                if (Instant.now().isAfter(end)) {
                    throw new IllegalStateException(topic + " is not deleted after a minute");
                }
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        TestKafka.shared().createTopic(topic, 1);
        TestKafka.shared().send(topic, "four", "five", "six");
    }

    String topic(String name) {
        return topics + "-" + name;
    }

    /** Collects the rows of the runs since the last change. */
    Sink recorder() {
        return Sinks.foreachBatch((rows, batch) -> rows.collectAsList().forEach(row -> written.add(row.toString())));
    }

    void first() {
        put("first", FIRST);
    }

    void second() {
        if (hasTopics) {
            TestKafka.shared().send(topic("a"), "three");
            TestKafka.shared().send(topic("b"), "four");
        }
        put("second", SECOND);
    }

    private void put(String file, List<String> documents) {
        try {
            for (String name : List.of("hits", "more")) {
                Files.write(Files.createDirectories(directory(name)).resolve(file + ".json"), documents);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code job} as Spark alone would, until it has read everything. */
    void run(GuardedJob job, SparkSession spark, String checkpoint) throws Exception {
        Dataset<Row> rows =
                job.source().apply(this).load(spark).transform(job.step().apply(this));
        StreamingQuery query = job.sink()
                .apply(this)
                .write(rows)
                .queryName(job.name())
                .outputMode(job.mode())
                .trigger(job.trigger())
                .option("checkpointLocation", directory(checkpoint).toString())
                .start();
        await(query, job.trigger());
    }

    /** The same by Millrace. */
    void runGuarded(GuardedJob job, SparkSession spark, String checkpoint) throws Exception {
        await(pipeline(job, checkpoint).start(spark), job.trigger());
    }

    private static void await(StreamingQuery query, Trigger trigger) throws Exception {
        try {
            if (trigger.equals(Trigger.AvailableNow()) || trigger.equals(GuardedJobs.ONE_BATCH)) {
                query.awaitTermination();
            } else {
                query.processAllAvailable();
            }
        } finally {
            query.stop();
        }
    }

    private Pipeline pipeline(GuardedJob job, String checkpoint) {
        return Pipeline.named(job.name())
                .from(job.source().apply(this))
                .via(job.step().apply(this))
                .to(job.sink().apply(this))
                .outputMode(job.mode())
                .trigger(job.trigger())
                .checkpointAt(directory(checkpoint));
    }

    /** What {@code validate} says, and whether a note says that rows differ. */
    GuardVerdict guarded(GuardedJob job, SparkSession spark, String checkpoint, String sparks) {
        try {
            List<String> notes = pipeline(job, checkpoint).validate(spark).stream()
                    .filter(note -> !OF_ANY_CODE.contains(note.field()))
                    .map(Object::toString)
                    .toList();
            boolean warns = !guard(job, spark, checkpoint).orElseThrow().wrong().isEmpty();
            return new GuardVerdict(sparks, notes.isEmpty() ? "starts" : "starts, with a note", warns, notes);
        } catch (ValidationException e) {
            return new GuardVerdict(sparks, "refuses", false, List.of(e.getMessage()));
        }
    }

    private Optional<CheckpointGuard> guard(GuardedJob job, SparkSession spark, String checkpoint) {
        Dataset<Row> rows =
                job.source().apply(this).load(spark).transform(job.step().apply(this));
        return CheckpointGuard.of(
                spark,
                directory(checkpoint).toString(),
                new GuardedQuery(
                        rows,
                        job.mode().toString(),
                        Triggers.isContinuous(job.trigger()) ? "continuous" : "micro-batch",
                        job.sink().apply(this).targets(),
                        false));
    }

    /** The rows since the last change, and all rows of files that the job has written, sorted. */
    List<String> result() throws IOException {
        List<String> rows = new ArrayList<>(written);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path ->
                            path.toString().contains("/out-") && path.toString().endsWith(".json"))
                    .toList()) {
                Files.readAllLines(file).forEach(line -> rows.add(directoryOf(file) + line));
            }
        }
        return rows.stream().sorted().toList();
    }

    private String directoryOf(Path file) {
        return root.relativize(file).getName(0).toString();
    }

    void forget() {
        written.clear();
    }

    /** Deletes what a sink has written that is of no interest any more. */
    void drop(String directory) {
        try {
            if (Files.exists(directory(directory))) {
                GuardTrial.delete(directory(directory));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names and lengths of the files of a checkpoint. */
    Map<String, Long> listing(String checkpoint) throws IOException {
        Map<String, Long> listing = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory(checkpoint))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                listing.put(file.toString(), Files.size(file));
            }
        }
        return listing;
    }

    void copy(String from, String to) throws IOException {
        try (Stream<Path> paths = Files.walk(directory(from))) {
            for (Path path : paths.toList()) {
                Path copy =
                        directory(to).resolve(directory(from).relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
    }
}
