package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.BatchCounts;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that a step cannot use are counted for each batch, in the log and by Health. */
@Timeout(60)
// The watch only has to be open.
@SuppressWarnings("try")
class RowCountsTest {
    private static final JsonFields HITS =
            Transforms.jsonFields("value").string("zip", "$.zip").integer("count", "$.count");

    private static final Duration DELAY = Duration.ofMinutes(10);
    private static final Timestamp FAR = Timestamp.from(Instant.parse("+86399-12-31T00:00:00Z"));

    private final SparkSession spark = Spark.session().newSession();
    private final KeptLog kept = KeptLog.of(BatchCounts.class);

    @AfterEach
    void releaseTheLog() {
        kept.close();
    }

    @Test
    void malformedRowsThatAreKeptAreCountedForEachBatch() throws Exception {
        malformedRowsAreCounted("kept", HITS.nullify());
    }

    @Test
    void malformedRowsThatAreRoutedAreCountedForEachBatch() throws Exception {
        malformedRowsAreCounted("routed", HITS.route());
    }

    @Test
    void theQueryOfTheMalformedRowsCountsThemToo() throws Exception {
        malformedRowsAreCounted("malformed", HITS.route().malformed());
    }

    private void malformedRowsAreCounted(String name, Transform step) throws Exception {
        try (Health.Watch watch = StreamingQueries.health().watch(spark)) {
            List<List<String>> batches = List.of(
                    List.of("{\"zip\":\"1\"}", "{\"zip\":\"2\"}"),
                    List.of("{\"zip\":\"1\"}", "{\"zip\":", "{\"count\":\"x\"}"),
                    List.of("{\"zip\":\"1\"}", "{\"zip\":"));
            run(name, step, batches);

            HealthMetrics.await(name, "malformed-rows", 3L);
        }
        kept.await(2);
        assertThat(kept.lines)
                .containsExactly(
                        "WARN Query \"" + name
                                + "\", batch 1: 2 of 3 documents are malformed in jsonFields(value), such as:"
                                + " malformed JSON at character 7: Unexpected end-of-input within/between Object"
                                + " entries",
                        "INFO Query \"" + name
                                + "\", batch 2: 1 of 2 documents is malformed in jsonFields(value), such as:"
                                + " malformed JSON at character 7: Unexpected end-of-input within/between Object"
                                + " entries");
    }

    static Stream<Transform> choices() {
        return Stream.of(HITS, HITS.nullify(), HITS.route(), HITS.route().malformed());
    }

    @ParameterizedTest
    @MethodSource("choices")
    void aBatchThatIsMalformedInEveryRowIsAlwaysAWarning(Transform step) throws Exception {
        String registry = "\u0000\u0000\u0000\u0000*{\"zip\":\"9000\"}";

        run("registry", step, List.of(List.of(registry, registry), List.of(registry)));

        kept.await(2);
        assertThat(kept.lines)
                .allSatisfy(
                        line -> assertThat(line).startsWith("WARN").contains("a record of a schema registry (id 42)"))
                .anySatisfy(line -> assertThat(line).contains("batch 0: all 2 documents are malformed"))
                .anySatisfy(line -> assertThat(line).contains("batch 1: the only document is malformed"));
    }

    @Test
    void goodRowsAreNotLogged() throws Exception {
        run("sound", HITS, List.of(List.of("{\"zip\":\"1\"}"), List.of("{}")));
        run("unsound", HITS, List.of(List.of("{")));

        kept.await(1);
        assertThat(kept.lines).singleElement().asString().contains("unsound");
    }

    @Test
    void aRerunOfABatchCountsItsRowsOnce(@TempDir Path checkpoint) throws Exception {
        MemoryInput<String> documents = new MemoryInput<>(spark, Encoders.STRING());
        List<Long> failures = new ArrayList<>(List.of(1L));
        Dataset<Row> rows = documents.toDF().transform(HITS);
        Spark.feed(documents, List.of("{", "{}"));
        for (int start = 0; start < 2; start++) {
            StreamingQuery query = rows.writeStream()
                    .queryName("again")
                    .option("checkpointLocation", checkpoint.toString())
                    .foreachBatch((Dataset<Row> batch, Long id) -> {
                        batch.collectAsList();
                        if (!failures.isEmpty()) {
                            failures.clear();
                            throw new IllegalStateException("the first time");
                        }
                    })
                    .start();
            try {
                query.processAllAvailable();
            } catch (Exception e) {
                assertThat(e).hasStackTraceContaining("the first time");
            }
            query.stop();
        }

        kept.await(1);
        assertThat(kept.lines).singleElement().asString().contains("batch 0: 1 of 2 documents");
    }

    @Test
    void rowsWithoutAnEventTimeAreCountedIfAWindowDropsThem() throws Exception {
        rowsWithoutAnEventTimeAreCounted(
                "windows", Transforms.windowedCount("value", Duration.ofMinutes(10)), "windowed(value)");
    }

    @Test
    void rowsWithoutAnEventTimeAreCountedOnceInWindowsThatOverlap() throws Exception {
        rowsWithoutAnEventTimeAreCounted(
                "sliding",
                Transforms.windowedCount("value", Duration.ofMinutes(10)).every(Duration.ofMinutes(5)),
                "windowed(value)");
    }

    @Test
    void rowsWithoutAnEventTimeAreCountedInWindowsOfACalendar() throws Exception {
        rowsWithoutAnEventTimeAreCounted(
                "days",
                Transforms.windowedCount("value", CalendarWindow.days(ZoneId.of("Europe/Brussels"))),
                "windowed(value)");
    }

    @Test
    void rowsAheadOfTheClockAreCountedIfTheyAreDropped() throws Exception {
        rowsAheadOfTheClockAreCounted(
                "dropped", Transforms.withWatermark("value", DELAY).aheadAtMost(DELAY), 1, "; dropped");
    }

    @Test
    void rowsAheadOfTheClockAreCountedIfTheyAreKept() throws Exception {
        rowsAheadOfTheClockAreCounted(
                "preserved",
                Transforms.withWatermark("value", DELAY).aheadAtMost(DELAY).keep(),
                3,
                "");
    }

    private void rowsAheadOfTheClockAreCounted(String name, Transform step, int passing, String dropped)
            throws Exception {
        MemoryInput<Timestamp> times = new MemoryInput<>(spark, Encoders.TIMESTAMP());
        List<Row> passed = new ArrayList<>();
        try (Health.Watch watch = StreamingQueries.health().watch(spark)) {
            StreamingQuery query = times.toDF()
                    .transform(step)
                    .writeStream()
                    .queryName(name)
                    .foreachBatch((Dataset<Row> batch, Long id) -> passed.addAll(batch.collectAsList()))
                    .start();
            Spark.feed(times, Arrays.asList(new Timestamp(0), FAR, FAR));
            query.processAllAvailable();
            HealthMetrics.await(name, "rows-ahead-of-clock", 2L);
            query.stop();
        }
        kept.await(1);
        assertThat(passed).hasSize(passing);
        assertThat(kept.lines)
                .containsExactly("WARN Query \"" + name + "\", batch 0: 2 of 3 rows are ahead of the clock in"
                        + " withWatermark(value): value is more than PT10M later than the start of the batch"
                        + dropped);
    }

    @Test
    void rowsWithoutAnEventTimeAreCountedIfASessionDropsThem() throws Exception {
        rowsWithoutAnEventTimeAreCounted(
                "sessionCount",
                Transforms.sessionCount("value", Duration.ofMinutes(10)).by("zip"),
                "sessionCount(value)");
    }

    private void rowsWithoutAnEventTimeAreCounted(String name, Transform step, String call) throws Exception {
        MemoryInput<Timestamp> times = new MemoryInput<>(spark, Encoders.TIMESTAMP());
        try (Health.Watch watch = StreamingQueries.health().watch(spark)) {
            StreamingQuery query = times.toDF()
                    .selectExpr("value", "'9000' AS zip")
                    .transform(Transforms.withWatermark("value", Duration.ofMinutes(10)))
                    .transform(step)
                    .writeStream()
                    .queryName(name)
                    .outputMode("append")
                    .format("noop")
                    .start();
            Timestamp noon = Timestamp.valueOf("2026-01-01 12:00:00");
            Spark.feed(times, Arrays.asList(noon, null, noon, null));
            query.processAllAvailable();
            HealthMetrics.await(name, "rows-without-event-time", 2L);
            query.stop();
        }
        kept.await(1);
        assertThat(kept.lines)
                .containsExactly("WARN Query \"" + name + "\", batch 0: 2 of 4 rows have no event time, and " + call
                        + " drops them: value is NULL");
    }

    private void run(String name, Transform step, List<List<String>> batches) throws Exception {
        MemoryInput<String> documents = new MemoryInput<>(spark, Encoders.STRING());
        StreamingQuery query = documents
                .toDF()
                .transform(step)
                .writeStream()
                .queryName(name)
                .format("noop")
                .start();
        for (List<String> batch : batches) {
            Spark.feed(documents, batch);
            query.processAllAvailable();
        }
        query.stop();
    }
}
