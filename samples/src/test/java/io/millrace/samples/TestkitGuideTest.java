package io.millrace.samples;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.testkit.StreamKit.row;
import static java.time.Duration.ofMinutes;

import io.millrace.core.Transforms;
import io.millrace.testkit.Input;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.spark.sql.Row;
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
