package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The timeline of a run as text. */
@StreamingTest
class TimelineTextTest {
    @Test
    void runWithoutStepsHasOnlyATitle(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);

        assertThat(kit.run(hits.rows(), append()).timeline()).isEqualTo("Timeline (append mode)\n");
        assertThat(kit.run(hits.rows(), update()).timeline()).isEqualTo("Timeline (update mode)\n");
        assertThat(kit.run(hits.rows(), complete()).timeline()).isEqualTo("Timeline (complete mode)\n");
    }

    @Test
    void stepsRestartsAndReplaysFollowOneAnother(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), update())
                .batch("one", b -> b.given(hits, hit("a", "00:01"), hit("b", "00:01")))
                .restart()
                .restart()
                .batch("two", b -> b.given(hits, hit("a", "00:02")))
                .rewindTo("one", b -> b.sameOutput())
                .batch("no rows", b -> {});

        assertThat(run.timeline()).isEqualTo("""
                Timeline (update mode)
                  one
                    in   hits (a, 00:01)
                    in   hits (b, 00:01)
                    batch 0 (data), late 0, state 2
                    out  (a, 1)
                    out  (b, 1)
                  -- restarted --
                  two
                    in   hits (a, 00:02)
                    batch 1 (data), late 0, state 2
                    out  (a, 2)
                  -- restarted --
                  rewound to one
                    batch 0 (data, rerun), late 0, state 2
                    out  (a, 1)
                    out  (b, 1)
                    batch 1 (data), late 0, state 2
                    out  (a, 2)
                  no rows
                """);
    }

    @Test
    void outputIsSortedSoThatTheTextIsTheSameEachTime(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append())
                .batch("three", b -> b.given(hits, hit("c", "00:01"), hit("a", "00:01"), hit("b", "00:01")));

        assertThat(run.timeline()).isEqualTo("""
                Timeline (append mode)
                  three
                    in   hits (c, 00:01)
                    in   hits (a, 00:01)
                    in   hits (b, 00:01)
                    batch 0 (data)
                    out  (a)
                    out  (b)
                    out  (c)
                """);
    }

    @Test
    void onlyTwentyRowsAreShownOnEachSide(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append())
                .batch("many", b -> b.given(hits, Collections.nCopies(23, hit("1", "00:01"))));

        List<String> lines = run.timeline().lines().toList();

        assertThat(lines).hasSize(2 + 21 + 1 + 21);
        assertThat(lines.get(22)).isEqualTo("    in   hits ... and 3 more");
        assertThat(lines.get(44)).isEqualTo("    out  ... and 3 more");
    }

    @Test
    void recordsOfKafkaAreShownAsKeyAndValue(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");
        StreamRun run = kit.run(hits.rows().selectExpr("CAST(value AS STRING)"), append())
                .batch(
                        "three",
                        b -> b.given(
                                hits,
                                KafkaRow.value("{\"n\":1}"),
                                KafkaRow.value("two").key("k"),
                                KafkaRow.bytes(new byte[] {0, 1}).key(new byte[] {(byte) 0xff})));

        assertThat(run.timeline()).contains("""
                    in   hits {"n":1}
                    in   hits k = two
                    in   hits 0xff = 0x0001
                """.indent(0));
    }

    @Test
    void inputsAreNamedInTheOrderInWhichTheyWereGiven(StreamKit kit) {
        Input<Hit> left = kit.input("left", Hit.class);
        Input<Row> right = kit.rows("right", "zip STRING, city STRING");
        StreamRun run = kit.run(left.rows().join(right.rows(), "zip"), append())
                .batch("both", b -> b.given(right, row("1", "Gent")).given(left, hit("1", "00:01")));

        assertThat(run.timeline()).isEqualTo("""
                Timeline (append mode)
                  both
                    in   right (1, Gent)
                    in   left (1, 00:01)
                    batch 0 (data), late 0, state 2
                    out  (1, 00:01, Gent)
                """);
    }

    @Test
    void rowsWithoutAnEventTimeAreCounted(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP");
        StreamRun run = kit.run(
                        hits.rows().groupBy(window(col("time"), "10 minutes")).count(), update())
                .batch("two", b -> b.given(hits, row("1", null), row("2", "00:05")));

        assertThat(run.timeline()).isEqualTo("""
                Timeline (update mode)
                  two
                    in   hits (1, null)
                    in   hits (2, 00:05)
                    dropped without an event time: 1
                    batch 0 (data), late 0, state 1
                    out  (00:00-00:10, 1)
                """);
    }

    @Test
    void watermarksAreShownBeforeAndAfterEachBatch(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(windowed(hits), append())
                .explicitNoDataBatches()
                .batch("a hit", b -> b.given(hits, hit("1", "00:35")))
                .batch("a day later", b -> b.given(hits, hit("1", "2026-01-02T00:10:00Z")))
                .noDataBatch("the window closes", b -> {});

        assertThat(run.timeline()).isEqualTo("""
                Timeline (append mode)
                  a hit
                    in   hits (1, 00:35)
                    batch 0 (data), watermark none -> 00:25, late 0, state 1
                    out  nothing
                  a day later
                    in   hits (1, 2026-01-02T00:10)
                    batch 1 (data), watermark 00:25 -> 2026-01-02T00:00, late 0, state 2
                    out  nothing
                  the window closes
                    batch 2 (no data), watermark 2026-01-02T00:00 -> 2026-01-02T00:00, late 0, state 1
                    out  (00:30-00:40, 1, 1)
                """);
    }

    @Test
    void rowsOfAWriterAreNotShown(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().writeStream().format("noop"), List::of)
                .batch("a hit", b -> b.given(hits, hit("1", "00:01")))
                .restart()
                .replayLast(b -> b.runsBatches(1));

        assertThat(run.timeline()).isEqualTo("""
                Timeline (append mode)
                  a hit
                    in   hits (1, 00:01)
                    batch 0 (data)
                  -- restarted --
                  replay of batch 0
                    batch 0 (data, rerun)
                  target  empty
                """);
    }
}
