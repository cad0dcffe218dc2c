package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.TestStreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Await;
import io.millrace.core.MemoryInput;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.core.internal.QueryLog;
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.jdbc.JdbcLookup;
import io.millrace.sinks.jdbc.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Look-ups in the queries of pipelines and of branches. */
@Timeout(120)
class LookupStreamTest {
    private final MemoryInput<String> lines = lines();
    private final List<String> first = new ArrayList<>();
    private final List<String> second = new ArrayList<>();
    private final JdbcLookup cities = Lookups.jdbc(Server.database())
            .table("cities")
            .key("zip")
            .columns("city")
            .cachedFor(Duration.ZERO)
            .missesCachedFor(Duration.ZERO);
    private final Path checkpoint;

    LookupStreamTest(@TempDir Path checkpoint) {
        this.checkpoint = checkpoint;
    }

    @BeforeEach
    void fill() {
        Server.execute(
                "DROP TABLE IF EXISTS cities",
                "CREATE TABLE cities (zip text PRIMARY KEY, city text)",
                "INSERT INTO cities VALUES ('94105', 'San Francisco'), ('10001', 'New York')");
    }

    @Test
    void theLineOfABatchSaysWhatWasLookedUp() throws Exception {
        add(lines, "1,94105", "2,10001", "3,94105", "4,0", "5");
        try (KeptLog log = KeptLog.of(QueryLog.class)) {
            pipeline("looked-up").to(into(first)).start(session()).processAllAvailable();
            stop();

            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line)
                            .matches("Query \"looked-up\", batch 0: 5 rows read.*; looked up in \"cities\": 3 hits,"
                                    + " 1 miss, 1 NULL key, \\d quer(y|ies) for \\d keys in \\d+ ms"));
        }
        assertThat(first)
                .containsExactly(
                        "0: 1|94105|San Francisco",
                        "0: 2|10001|New York",
                        "0: 3|94105|San Francisco",
                        "0: 4|0|null",
                        "0: 5|null|null");
    }

    @Test
    void sparksMetricsHaveTheCounts() throws Exception {
        add(lines, "1,94105", "2,94105", "3,0", "4");
        StreamingQuery query = pipeline("look metrics").to(into(first)).start(session());
        query.processAllAvailable();
        Await.until(() -> metric("hits") > 0);

        assertThat(metric("hits")).isEqualTo(2);
        assertThat(metric("misses")).isEqualTo(1);
        assertThat(metric("null-keys")).isEqualTo(1);
        assertThat(metric("queries")).isBetween(1L, 2L);
        assertThat(metric("keys-asked")).isBetween(2L, 3L);
        assertThat(metric("retries")).isZero();
        stop();
    }

    private static long metric(String name) {
        return ScalaCollections.list(
                        SparkEnv.get().metricsSystem().getSourcesByName("millrace.lookup.look-metrics--cities"))
                .stream()
                .mapToLong(source -> source.metricRegistry().counter(name).getCount())
                .sum();
    }

    /** A window needs the watermark, which Spark's own mapPartitions loses. */
    @Test
    void aWatermarkBeforeItHoldsAfterItAndAfterARestart() throws Exception {
        List<String> windows = new ArrayList<>();
        add(lines, "2026-11-30 10:00:00", "2026-11-30 10:00:01");
        StreamingQuery query = windows(cities, windows).start(session());
        query.processAllAvailable();
        stop();
        query = windows(cities.cachedFor(Duration.ofHours(1)), windows).start(session());
        add(lines, "2026-11-30 10:05:00");
        query.processAllAvailable();
        stop();

        assertThat(windows).singleElement().asString().endsWith(": San Francisco|2");
    }

    private Pipeline windows(JdbcLookup lookup, List<String> windows) {
        return Pipeline.named("windows")
                .from(Sources.of(
                        lines.toDF().selectExpr("cast(value AS timestamp) AS time", "'94105' AS zip", "1 AS pieces")))
                .via(Transforms.withWatermark("time", Duration.ofMinutes(1)))
                .via(lookup)
                .via(Transforms.windowedCount("time", Duration.ofMinutes(1)).by("city"))
                .via(Transforms.select("city", "count"))
                .outputMode(OutputModes.append())
                .checkpointAt(checkpoint)
                .to(into(windows));
    }

    @Test
    void aBranchMayLookUpAndIsCheckedAtTheStartOnly() throws Exception {
        Sink branches = Sinks.several(
                        "known", cities.droppingMisses().andThen(Transforms.select("id", "city")), into(first))
                .and(
                        "unknown",
                        cities.markingMisses("unknown")
                                .andThen(Transforms.where("unknown"))
                                .andThen(Transforms.select("id")),
                        into(second));
        Dataset<Row> hits = hits();
        Pipeline pipeline = Pipeline.named("branches")
                .from(Sources.of(hits))
                .checkpointAt(checkpoint)
                .to(branches);
        add(lines, "1,94105", "2,0");
        StreamingQuery query = pipeline.start(session());
        query.processAllAvailable();
        Server.execute("ALTER TABLE cities DROP CONSTRAINT cities_pkey"); // A check would refuse that.
        add(lines, "3,10001", "4");
        query.processAllAvailable();
        stop();

        assertThat(first).containsExactly("0: 1|San Francisco", "1: 3|New York");
        assertThat(second).containsExactly("0: 2", "1: 4");
    }

    /** What docs/lookups.md says about a batch that is rerun. */
    @Test
    void aBatchThatIsRerunGetsTheValuesOfThatTime() throws Exception {
        add(lines, "1,94105");
        Dataset<Row> found = cities.apply(hits());
        run(into(first), found, checkpoint);
        Server.execute("UPDATE cities SET city = 'Frisco' WHERE zip = '94105'");
        TestStreams.forgetCommit(checkpoint, 0);
        run(into(first), found, checkpoint);

        assertThat(first).containsExactly("0: 1|94105|San Francisco", "0: 1|94105|Frisco");
    }

    @Test
    void validateSaysWhatIsWrongWithALookUp() {
        Pipeline pipeline = pipeline("wrong", cities.table("towns")).to(Sinks.console());

        assertThatThrownBy(() -> pipeline.validate(session()))
                .hasMessageContaining("table(towns): there is no such table for ");
        assertThat(pipeline.describe()).contains("look up \"towns\" at 127.0.0.1:");
    }

    private Pipeline pipeline(String name) {
        return pipeline(name, cities);
    }

    private Pipeline pipeline(String name, JdbcLookup lookup) {
        return Pipeline.named(name).from(Sources.of(hits())).via(lookup).checkpointAt(checkpoint);
    }

    private Dataset<Row> hits() {
        return lines.toDF()
                .selectExpr("cast(split(value, ',')[0] as bigint) as id", "get(split(value, ','), 1) as zip");
    }

    private static Sink into(List<String> batches) {
        return Sinks.foreachBatch((rows, batchId) -> text(rows).forEach(row -> batches.add(batchId + ": " + row)));
    }

    private static void stop() throws Exception {
        for (StreamingQuery query : session().streams().active()) {
            query.stop();
        }
    }
}
