package io.millrace.samples;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.testkit.KafkaRow;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

@StreamingTest
class ZipCountsTest {
    @Test
    void closesAWindowAndNamesTheStraggler(StreamKit kit) {
        var hits = kit.kafka("hits"); // Kafka's columns, no broker
        kit.run(ZipCounts.of(hits), append())
                .batch(
                        "two hits",
                        b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:07"))
                                .emitsNothing())
                .batch(
                        "time moves",
                        b -> b.given(hits, hit("9001", "00:35"))
                                .emits(row("00:00", "00:10", "9000", 2))
                                .watermark("00:25"))
                .batch("a straggler", b -> b.given(hits, hit("9000", "00:06")).dropsLate(1))
                .restart()
                .replayLast(b -> b.sameOutput());
    }

    @Test
    void countsSoFarAreKeptByWindowAndZip(StreamKit kit) {
        var hits = kit.kafka("hits");
        kit.run(ZipCounts.of(hits), update())
                .keyedBy("window_start", "zip")
                .batch("morning", b -> b.given(hits, hit("9000", "00:05"), hit("9001", "00:06")))
                .batch(
                        "more",
                        b -> b.given(hits, hit("9000", "00:07"))
                                .table(row("00:00", "00:10", "9000", 2), row("00:00", "00:10", "9001", 1)));
    }

    @Test
    void survivesACrashAtAnyTime(StreamKit kit) {
        kit.crashEverywhere(fresh -> {
            var hits = fresh.kafka("hits");
            fresh.run(ZipCounts.of(hits), append())
                    .batch("a hit", b -> b.given(hits, hit("9000", "00:05")))
                    .batch("time moves", b -> b.given(hits, hit("9001", "00:35")));
        });
    }

    @Test
    void failureShowsTheGuidesMessage(StreamKit kit) {
        var hits = kit.kafka("hits");
        var run = kit.run(ZipCounts.of(hits), append());

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> run.batch(
                        "a hit",
                        b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:19"))
                                .emits(row("00:00", "00:10", "9000", 1))))
                .withMessage(Guide.block("a hit"));
    }

    @Test
    void lateRowShowsTheGuidesMessage(StreamKit kit) {
        var hits = kit.kafka("hits");
        var run = kit.run(ZipCounts.of(hits), append()).batch("time moves", b -> b.given(hits, hit("9001", "00:35")));

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> run.batch(
                        "stragglers",
                        b -> b.given(hits, hit("9000", "00:06"), hit("9001", "00:36"))
                                .dropsLate(0)))
                .withMessage(Guide.block("stragglers"));
    }

    static KafkaRow hit(String zip, String time) {
        return KafkaRow.value("{\"zip\":\"%s\",\"hittime\":\"%s\"}".formatted(zip, StreamKit.at(time)));
    }
}
