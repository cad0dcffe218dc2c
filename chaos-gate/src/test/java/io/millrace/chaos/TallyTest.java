package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Set<Layer> EXECUTORS = Set.of(Layer.EXECUTORS);

    @Test
    void shortCountIsReported() {
        Tally tally = new Tally();
        tally.add(FaultAction.EXECUTOR_KILL, 19);
        assertThat(tally.shortOf(EXECUTORS, 20)).containsExactly("EXECUTOR_KILL 19 of 20");
    }

    @Test
    void lessTimeRequiresFewer() {
        Tally tally = new Tally();
        tally.add(FaultAction.EXECUTOR_KILL, 2);
        assertThat(tally.shortOf(EXECUTORS, 2)).isEmpty();
    }

    @Test
    void countsOfLayersWithTheSameActionAreAdded() {
        Tally tally = new Tally();
        tally.add(FaultAction.RESET, 99);
        assertThat(tally.shortOf(Set.of(Layer.JVM, Layer.LONG_RUNNING), 20)).contains("RESET 99 of 100");
    }

    @Test
    void crashesMustBeSpreadOverSites() {
        Tally tally = new Tally();
        tally.add(FaultAction.CRASH, 1_000);
        for (int crash = 0; crash < 1_000; crash++) {
            tally.injected(new Fault("site " + crash % 20, 1, FaultAction.CRASH, 4));
        }
        assertThat(tally.shortOf(Set.of(Layer.JVM), 20))
                .contains("sites with 40 crashes 20 of 25")
                .noneMatch(missing -> missing.startsWith("CRASH"));
    }

    @Test
    void aRunWithoutFaultsIsNotClean() {
        Tally tally = new Tally();
        tally.requireFaults();
        assertThat(tally.findings())
                .containsExactly("no fault was injected in the time, so nothing was tested: allow more --minutes");
        assertThat(tally.clean()).isFalse();
    }

    @Test
    void aRunWithAFaultIsClean() {
        Tally tally = new Tally();
        tally.add(FaultAction.RESET, 1);
        tally.requireFaults();
        assertThat(tally.clean()).isTrue();
    }

    @Test
    void aSlowCatchUpIsAFigureAndNotAFinding() {
        Tally tally = new Tally();
        assertThat(tally.slowestCatchUp()).isEqualTo("no trial was checked");
        tally.caughtUp("UPSERT-JVM-0", 2);
        tally.caughtUp("UPSERT-DRIVERS-1", 38);
        tally.caughtUp("UPSERT-JVM-0", 3);
        assertThat(tally.slowestCatchUp()).isEqualTo("slowest catch-up: 38 s, UPSERT-DRIVERS-1");
        assertThat(tally.clean()).isTrue();
    }
}
