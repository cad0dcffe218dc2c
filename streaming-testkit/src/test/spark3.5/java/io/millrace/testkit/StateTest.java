package io.millrace.testkit;

import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

/** The rows of the state, which this Spark cannot read. */
@StreamingTest
class StateTest {
    @Test
    void rowsOfTheStateAreRefusedWithTheSparkThatReadsThem(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), update());

        assertThatIllegalStateException()
                .isThrownBy(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:01")).state("stateStoreSave", row("1", 1))))
                .withMessage("state(\"stateStoreSave\"): reading the rows of the state needs Spark 4.1, and this is"
                        + " Spark 3.5. stateRows(..) counts them on any Spark.");
    }
}
