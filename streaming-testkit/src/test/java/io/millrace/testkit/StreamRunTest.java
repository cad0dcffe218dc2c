package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;

import org.junit.jupiter.api.Test;

@StreamingTest
class StreamRunTest {
    @Test
    void statelessQueryEmitsWhatItIsGiven(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().filter("zip <> '0'"), append())
                .batch(
                        "first",
                        b -> b.given(hits, hit("9000", "00:05"), hit("0", "00:06"))
                                .emits(hit("9000", "00:05")))
                .batch("second", b -> b.given(hits, hit("0", "00:07")).emitsNothing())
                .batch(
                        "third",
                        b -> b.given(hits, hit("1000", "00:08")).table(row("9000", "00:05"), row("1000", "00:08")));
    }

    @Test
    void windowClosesOnceTheWatermarkHasPassedItAndNotBefore(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(windowed(hits), append())
                .batch(
                        "two hits",
                        b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:07"))
                                .emitsNothing()
                                .stateRows(1))
                .batch(
                        "time moves",
                        b -> b.given(hits, hit("9001", "00:35"))
                                .emits(row(row("00:00", "00:10"), "9000", 2))
                                .watermark("00:25")
                                .runsBatches(2)
                                .stateRows(1))
                .batch(
                        "a straggler",
                        b -> b.given(hits, hit("9000", "00:06")).dropsLate(1).emitsNothing())
                .restart()
                .replayLast(b -> b.sameOutput().dropsLate(0))
                .batch(
                        "the end",
                        b -> b.given(hits, hit("1", "01:00"))
                                .emits(row(row("00:30", "00:40"), "9001", 1))
                                .watermark("00:50"));
    }

    @Test
    void updateModeEmitsWhatChangedAndItsTableIsByKey(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().groupBy("zip").count(), update())
                .keyedBy("zip")
                .batch(
                        "one",
                        b -> b.given(hits, hit("a", "00:01"), hit("b", "00:01")).emits(row("a", 1), row("b", 1)))
                .batch(
                        "two",
                        b -> b.given(hits, hit("a", "00:02")).emits(row("a", 2)).table(row("a", 2), row("b", 1)));
    }

    @Test
    void completeModeEmitsTheWholeTable(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().groupBy("zip").count().orderBy("zip"), complete())
                .batch(
                        "one",
                        b -> b.given(hits, hit("b", "00:01"), hit("a", "00:01")).emitsInOrder(row("a", 1), row("b", 1)))
                .batch("two", b -> b.given(hits, hit("a", "00:02")).table(row("a", 2), row("b", 1)));
    }
}
