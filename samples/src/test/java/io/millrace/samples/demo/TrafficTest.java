package io.millrace.samples.demo;

import static io.millrace.testkit.StreamKit.row;

import io.millrace.testkit.KafkaRow;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import org.junit.jupiter.api.Test;

/** Tests the demo's job without servers. */
@StreamingTest
class TrafficTest {
    @Test
    void hitIsCountedInEachOfItsWindows(StreamKit kit) {
        var hits = kit.kafka("hits");
        kit.run(Traffic.from(hits, rows -> rows.writeStream()))
                .keyedBy("window_start", "zip")
                .batch(
                        "two hits",
                        b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:08"))
                                .emits(
                                        row("2025-12-31T23:57:00Z", "00:07", "9000", 1),
                                        row("00:02", "00:12", "9000", 2),
                                        row("00:07", "00:17", "9000", 1)))
                .batch(
                        "malformed",
                        b -> b.given(hits, KafkaRow.value("{\"zip\":"), KafkaRow.value("{\"zip\":\"9000\"}"))
                                .emitsNothing())
                .batch(
                        "time moves",
                        b -> b.given(hits, hit("9001", "00:40"))
                                .emits(row("00:32", "00:42", "9001", 1), row("00:37", "00:47", "9001", 1))
                                .stateRows(2))
                .batch(
                        "a straggler",
                        b -> b.given(hits, hit("9000", "00:06")).emitsNothing().dropsLate(1));
    }

    private static KafkaRow hit(String zip, String time) {
        return KafkaRow.value("{\"zip\":\"%s\",\"hittime\":\"%s\"}".formatted(zip, StreamKit.at(time)));
    }
}
