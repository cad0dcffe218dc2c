package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;

/** A step that is given rows and checks nothing would pass whatever the query does, so the end of the test fails. */
class UncheckedStepsTest {
    private final StreamKit kit = StreamKit.open();
    private final Input<Hit> hits = kit.input("hits", Hit.class);
    private final StreamRun run = kit.run(hits.rows().select("zip"), append());

    @Test
    void aStepWithoutAnExpectationIsReportedAtTheEnd() {
        run.batch("one", b -> b.given(hits, hit("1", "00:01")))
                .batch("two", b -> b.given(hits, hit("2", "00:02")).emits(row("2")))
                .batch("no rows", b -> {})
                .batch("three", b -> b.given(hits, hit("3", "00:03")));

        assertThat(failureOf(kit::close))
                .isEqualTo("Batch \"one\", batch \"three\": rows were given, but nothing checks what became of them."
                        + " Expect something, such as emits(...) or emitsNothing(), or table(...) in a later step. Call"
                        + " runs() if the batch only has to run.");
        assertThatNoException().as("a second call").isThrownBy(kit::end);
    }

    @Test
    void theWholeResultOfALaterStepChecksTheEarlierOnes() {
        run.batch("one", b -> b.given(hits, hit("1", "00:01")))
                .batch("two", b -> b.given(hits, hit("2", "00:02")).table(row("1"), row("2")));

        assertThatNoException().isThrownBy(kit::close);
    }

    @Test
    void aStepThatOnlyHasToRunSaysSo() {
        run.batch("one", b -> b.given(hits, hit("1", "00:01")).runs());

        assertThatNoException().isThrownBy(kit::close);
    }

    @Test
    void theTimelineChecksEveryStepBeforeIt() {
        run.batch("one", b -> b.given(hits, hit("1", "00:01")));

        assertThat(run.timeline()).contains("out  (1)");
        assertThatNoException().isThrownBy(kit::close);
    }

    @Test
    void crashEverywhereComparesTheSteps() {
        kit.crashEverywhere(fresh -> {
            Input<Hit> crashing = fresh.input("hits", Hit.class);
            fresh.run(crashing.rows(), append()).batch("one", b -> b.given(crashing, hit("1", "00:01")));
        });

        assertThatNoException().isThrownBy(kit::close);
    }

    @Test
    void afterAFailedStepOnlyThatIsReported() {
        run.batch("one", b -> b.given(hits, hit("1", "00:01")));
        assertThat(failureOf(() -> run.batch("two", b -> b.emits(row("2")))))
                .startsWith("Batch \"two\" emitted nothing");

        assertThatNoException().isThrownBy(kit::close);
    }

    @Test
    void aStepWithoutRowsNeedsNoExpectation() {
        run.batch("none", b -> b.given(hits));

        assertThatNoException().isThrownBy(kit::close);
    }

    @Test
    void aRerunThatIsCheckedChecksItsSteps() {
        run.batch("one", b -> b.given(hits, hit("1", "00:01"))).replayLast(b -> b.emits(row("1")));
        run.batch("two", b -> b.given(hits, hit("2", "00:02"))).rewindTo("two", b -> b.emits(row("2")));

        assertThatNoException().isThrownBy(kit::close);
    }
}
