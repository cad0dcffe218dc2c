package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

@StreamingTest
class CrashEverywhereTest {
    private static final AtomicInteger CALLS = new AtomicInteger();

    @Test
    void windowedCountSurvivesACrashAroundEachCheckpointWrite(StreamKit kit) {
        kit.crashEverywhere(fresh -> {
            Input<Hit> hits = fresh.input("hits", Hit.class);
            fresh.run(windowed(hits), append())
                    .batch(
                            "two hits",
                            b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:07"))
                                    .emitsNothing())
                    .batch(
                            "time moves",
                            b -> b.given(hits, hit("9001", "00:35")).emits(row(row("00:00", "00:10"), "9000", 2)));
        });
    }

    @Test
    void completeModeSurvivesACrashAroundEachCheckpointWrite(StreamKit kit) {
        kit.crashEverywhere(fresh -> {
            Input<Hit> hits = fresh.input("hits", Hit.class);
            fresh.run(hits.rows().groupBy("zip").count(), complete())
                    .batch("one", b -> b.given(hits, hit("9000", "00:05")).emits(row("9000", 1)))
                    .batch("two", b -> b.given(hits, hit("9000", "00:06")).emits(row("9000", 2)));
        });
    }

    @Test
    void queryThatCountsItsOwnCallsIsCaught(StreamKit kit) {
        StructType columns = StructType.fromDDL("zip STRING, call INT");
        MapFunction<Row, Row> call = hit -> row(hit.getString(0), CALLS.incrementAndGet());

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> kit.crashEverywhere(fresh -> {
                    CALLS.set(0);
                    Input<Hit> hits = fresh.input("hits", Hit.class);
                    fresh.run(hits.rows().map(call, Encoders.row(columns)), append())
                            .batch("a hit", b -> b.given(hits, hit("9000", "00:05")));
                }))
                .withMessageStartingWith("""
                        Batch "a hit" emitted other rows after a crash before "commits/0" was written: 1 row differs

                                    zip   call
                          expected  9000  *1*
                          was       9000  *2*

                        Timeline (append mode)
                        """);
    }

    @Test
    void scenarioWithoutABatchIsRefused(StreamKit kit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kit.crashEverywhere(fresh -> {}))
                .withMessage(
                        "crashEverywhere: the scenario wrote no checkpoint. Let it run a batch, on the kit that it is"
                                + " given.");
    }
}
