package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.TestStreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.JsonMarks;
import io.millrace.core.MemoryInput;
import io.millrace.core.Sink;
import io.millrace.core.TimeMarks;
import io.millrace.core.Transforms;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.sinks.jdbc.Server;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Branches on one read: each has steps of its own. */
class BranchesTest {
    private static final JsonMarks HITS = Transforms.jsonFields("value")
            .bigint("id", "$.id")
            .string("zip", "$.zip")
            .mark();
    private static final String GOOD = "{\"id\":1,\"zip\":\"94105\"}";
    private static final String OTHER = "{\"id\":2,\"zip\":\"10001\"}";

    private static final AtomicInteger COMPUTED = new AtomicInteger();

    private final Path directory;
    private final MemoryInput<String> lines = lines();
    private final List<String> first = new ArrayList<>();
    private final List<String> second = new ArrayList<>();
    private final List<String> malformed = new ArrayList<>();

    BranchesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void eachBranchGetsTheRowsAfterItsStepsAndTheBatchIsComputedOnce() throws Exception {
        COMPUTED.set(0);
        Dataset<Row> counted = lines.toDF()
                .map((MapFunction<Row, String>) BranchesTest::counted, Encoders.STRING())
                .toDF();
        add(lines, GOOD, "{", OTHER);

        run(
                Sinks.several("malformed", HITS.malformed().andThen(Transforms.select("reason")), into(malformed))
                        .and("first", HITS.good().andThen(Transforms.where("id = 1")), into(first))
                        .and("second", HITS.good().andThen(Transforms.select("zip")), into(second)),
                HITS.apply(counted),
                directory);

        assertThat(malformed).singleElement().asString().startsWith("0: [malformed JSON at character 1: ");
        assertThat(first).containsExactly("0: [" + GOOD + "|1|94105]");
        assertThat(second).containsExactly("0: [10001, 94105]");
        assertThat(COMPUTED).hasValue(3);
    }

    @Test
    void aFailureResumesOnlyTheUnfinishedBranch() throws Exception {
        add(lines, GOOD, OTHER);
        Sink broken = Sinks.foreachBatch((rows, batchId) -> {
            throw new IllegalStateException("out of order");
        });
        Dataset<Row> hits = HITS.apply(lines.toDF());

        Throwable failure = catchThrowable(() -> run(branches(broken), hits, directory));
        run(branches(into(second)), hits, directory);

        assertThat(failure)
                .cause()
                .hasMessageStartingWith("Batch 0: 1 of 2 sinks failed: second (IllegalStateException).");
        assertThat(first).containsExactly("0: [1]");
        assertThat(second).containsExactly("0: [2]");
    }

    private Sink branches(Sink sink) {
        return Sinks.several("first", Transforms.where("id = 1").andThen(Transforms.select("id")), into(first))
                .and("second", Transforms.where("id = 2").andThen(Transforms.select("id")), sink);
    }

    @Test
    void aConditionThatFailsIsThatOfItsBranchAlone() throws Exception {
        add(lines, GOOD);
        Throwable failure = catchThrowable(() -> run(
                Sinks.several("broken", Transforms.where("raise_error(zip) is null"), into(second))
                        .and("first", Transforms.where("id = 1").andThen(Transforms.select("id")), into(first)),
                HITS.apply(lines.toDF()),
                directory));

        assertThat(failure).cause().hasMessageStartingWith("Batch 0: 1 of 2 sinks failed: broken ");
        assertThat(first).containsExactly("0: [1]");
    }

    /** Letters have columns of their own: {@code reason} is not the field of the document. */
    @Test
    void aConditionOnLettersIsNotOneOnTheColumnsOfTheBatch() throws Exception {
        JsonMarks orders = Transforms.jsonFields("value")
                .bigint("id", "$.id")
                .string("reason", "$.reason")
                .mark();
        add(lines, GOOD, "{");

        run(
                Sinks.several(
                        "malformed",
                        orders.malformed()
                                .andThen(Transforms.where("reason LIKE 'malformed JSON%'"))
                                .andThen(Transforms.select("value")),
                        into(malformed)),
                orders.apply(lines.toDF()),
                directory);

        assertThat(malformed).hasSize(1);
    }

    @Test
    void aBranchWithoutRowsCostsNoJob() throws Exception {
        TestKafka kafka = TestKafka.shared();
        kafka.createTopic("branches", 1);
        Server.execute(
                "DROP TABLE IF EXISTS branches, branches_exactly",
                "CREATE TABLE branches (id bigint PRIMARY KEY)",
                "CREATE TABLE branches_exactly (id bigint PRIMARY KEY)");
        JdbcTarget target = Sinks.jdbc(Server.database());
        SeveralSinks one =
                Sinks.several("one", Transforms.where("id = 1").andThen(Transforms.select("id")), into(first));
        int alone = jobsOf(one, "alone");

        SeveralSinks all = one;
        List<Sink> sinks = List.of(
                target.table("branches").upsertOn("id"),
                target.table("branches_exactly").appendExactlyOnce(),
                Sinks.parquet(directory.resolve("files").toString()),
                Sinks.kafka(kafka.bootstrapServers()).topic("branches").valueAsJson());
        for (Sink sink : sinks) {
            all = all.and(
                    "none" + sinks.indexOf(sink), Transforms.where("id = 7").andThen(Transforms.select("id")), sink);
        }

        assertThat(jobsOf(all, "all")).isEqualTo(alone);
    }

    private int jobsOf(Sink sink, String name) throws Exception {
        MemoryInput<String> input = lines();
        add(input, GOOD);
        int before = session().sparkContext().dagScheduler().numTotalJobs();
        run(sink, HITS.apply(input.toDF()), directory.resolve(name));
        return session().sparkContext().dagScheduler().numTotalJobs() - before;
    }

    @Test
    void aRowWithoutAUsableTimeIsInTheBranchOfTheMalformedOnes() throws Exception {
        JsonMarks hits = Transforms.jsonFields("value").timestamp("at", "$.at").mark();
        TimeMarks times = Transforms.timeMarks("at").aheadAtMost(Duration.ofHours(1), "now");
        add(lines, "{\"at\":\"2026-01-01T00:00:00Z\"}", "{\"at\":\"9999-01-01T00:00:00Z\"}", "{}", "{");
        Dataset<Row> marked =
                times.apply(Transforms.withColumn("now", "current_timestamp()").apply(hits.apply(lines.toDF())));
        SeveralSinks branches = Sinks.several(
                        "malformed", times.malformed().andThen(Transforms.select("reason")), into(malformed))
                .and("first", times.good().andThen(Transforms.select("at")), into(first));

        assertThat(refusals(branches, marked)).isEmpty();
        run(branches, marked, directory);

        assertThat(first).containsExactly("0: [2026-01-01 00:00:00.0]");
        assertThat(malformed)
                .singleElement()
                .asString()
                .startsWith("0: [at is NULL, at is more than PT1H later than now, or that is NULL, malformed JSON at");
    }

    private static Sink into(List<String> written) {
        return Sinks.foreachBatch((rows, batchId) -> written.add(batchId + ": " + text(rows)));
    }

    private static String counted(Row row) {
        COMPUTED.incrementAndGet();
        return row.getString(0);
    }
}
