package io.millrace.samples;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.testkit.StreamKit.row;
import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.millrace.core.Transforms;
import io.millrace.testkit.Input;
import io.millrace.testkit.KafkaRow;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The code of the testkit guide that is not in {@link ZipCountsTest}. */
@StreamingTest
class TestkitGuideTest {
    record Hit(String zip, Instant time) {}

    @Test
    void inputsOfEveryKind(StreamKit kit) {
        Input<Hit> records = kit.input("records", Hit.class);
        Input<Row> rows = kit.rows("rows", "zip STRING, time TIMESTAMP");
        Input<String> lines = kit.json("lines", "zip STRING, time TIMESTAMP");

        kit.run(records.rows().union(rows.rows()).union(lines.rows()), append())
                .batch(
                        "all at once",
                        b -> b.given(records, new Hit("1", StreamKit.at("00:01")))
                                .given(rows, row("2", "00:02"))
                                .given(lines, "{\"zip\":\"3\",\"time\":\"2026-01-01T00:03:00Z\"}")
                                .emits(row("1", "00:01"), row("2", "00:02"), row("3", "00:03")));
    }

    @Test
    void oneTransformAlone(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "value STRING");
        kit.run(rows, Transforms.jsonField("zip", "$.zip"), append())
                .batch("one", b -> b.given(rows, row("{\"zip\":\"9000\"}")).emits(row("{\"zip\":\"9000\"}", "9000")));
    }

    private static Dataset<Row> countsByZip(SparkSession spark) {
        return spark.readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", "kafka.example.org:9092")
                .option("subscribe", "hits")
                .load()
                .selectExpr("get_json_object(CAST(value AS STRING), '$.zip') AS zip")
                .groupBy("zip")
                .count();
    }

    @Test
    void jobThatOpensItsOwnSource(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits").insteadOf("kafka");
        kit.run(countsByZip(kit.spark()), complete())
                .batch(
                        "one",
                        b -> b.given(hits, KafkaRow.value("{\"zip\":\"9000\"}")).emits(row("9000", 1)));
    }

    @Test
    void writerThatSkipsABatchItHasWritten(StreamKit kit) {
        Map<Long, List<Row>> table = new ConcurrentHashMap<>();
        VoidFunction2<Dataset<Row>, Long> writeOnce = (batch, id) -> table.putIfAbsent(id, batch.collectAsList());
        Supplier<List<Row>> target =
                () -> table.values().stream().flatMap(List::stream).toList();

        kit.crashEverywhere(fresh -> {
            table.clear();
            Input<Row> zips = fresh.rows("zips", "zip STRING");
            fresh.run(zips.rows().writeStream().foreachBatch(writeOnce), target)
                    .batch("one", b -> b.given(zips, row("9000")).table(row("9000")))
                    .batch("two", b -> b.given(zips, row("9001")).table(row("9000"), row("9001")));
        });
    }

    @Test
    void sourceWithALimit(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING").maxRowsPerBatch(2);
        kit.run(rows.rows().observe("read", count(lit(1)).as("rows")), append())
                .batch(
                        "three",
                        b -> b.given(rows, row("1"), row("2"), row("3"))
                                .runsBatches(2)
                                .observed("read", row(2), row(1)));
    }

    @Test
    void processingTimeMovesByHand(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING");
        kit.run(rows.rows().selectExpr("zip", "current_timestamp() AS seen"), append())
                .batch("at midnight", b -> b.given(rows, row("1")).emits(row("1", "00:00")))
                .clock("00:30")
                .batch("half an hour later", b -> b.given(rows, row("2")).emits(row("2", "00:30")));
    }

    @Test
    void batchesWithoutDataRunOnlyWhenAsked(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        var counts = hits.rows()
                .transform(Transforms.withWatermark("time", ofMinutes(10)))
                .transform(Transforms.windowedCount("time", ofMinutes(10)));
        kit.run(counts, append())
                .explicitNoDataBatches()
                .batch(
                        "time moves",
                        b -> b.given(hits, new Hit("1", StreamKit.at("00:05")), new Hit("1", StreamKit.at("00:35")))
                                .emitsNothing())
                .noDataBatch("the window closes", b -> b.emits(row("00:00", "00:10", 1)));
    }

    @Test
    void anotherVersionTakesOver(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().select("zip"), append())
                .batch(
                        "old",
                        b -> b.given(hits, new Hit("1", StreamKit.at("00:01"))).emits(row("1")))
                .restartWith(hits.rows().selectExpr("concat('zip ', zip)"))
                .batch(
                        "new",
                        b -> b.given(hits, new Hit("2", StreamKit.at("00:02"))).emits(row("zip 2")))
                .restartWithPartitions(3)
                .rewindTo("old", b -> b.emits(row("zip 1"), row("zip 2")));
    }

    @Test
    void errorsAreExpectedByTheirMessage(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING");
        kit.run(rows.rows().selectExpr("if(zip = '', raise_error('no zip'), zip) AS zip"), append())
                .batch("poison", b -> b.given(rows, row("")).fails("no zip"));
    }

    @Test
    void anyBatchingGivesTheSameCounts(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.anyBatching()
                .given(
                        hits,
                        new Hit("1", StreamKit.at("00:01")),
                        new Hit("2", StreamKit.at("00:02")),
                        new Hit("1", StreamKit.at("00:03")))
                .check(rows -> rows.of(hits).groupBy("zip").count(), complete());
    }

    @Test
    void timelineAsAFileAndAsAPage(StreamKit kit) {
        var hits = kit.kafka("hits");
        kit.run(ZipCounts.of(hits), append())
                .batch("a hit", b -> b.given(hits, ZipCountsTest.hit("9000", "00:05")))
                .batch("time moves", b -> b.given(hits, ZipCountsTest.hit("9001", "00:35")))
                .matchesGolden("zip-counts")
                .writeHtml(Path.of("target", "zip-counts.html"));
    }
}
