package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/** Interrupts a batch before and after each statement of a sink, one batch for each fault. */
final class StatementTrial {
    private static final int MOST_FAULTS = 40;

    private final SinkScenario scenario;
    private final TargetFaults faults;
    private long batches;

    /** Skips the test if there are no {@code faults}. */
    static StatementTrial of(SinkScenario scenario, @Nullable TargetFaults faults) {
        if (faults == null) {
            throw new TestAbortedException("faults() is not overridden: crashes between two statements of the sink were"
                    + " not tried. Return a TargetFaults, and let the sink connect to through(port).");
        }
        return new StatementTrial(scenario, faults);
    }

    private StatementTrial(SinkScenario scenario, TargetFaults faults) {
        this.scenario = scenario;
        this.faults = faults;
    }

    void run(boolean crash) throws Exception {
        try {
            int statements = statements();
            Assumptions.assumeTrue(
                    statements > 0,
                    "no statement of the sink went through faults(): let it connect to through(port), or let its"
                            + " target call statement()");
            for (TargetFault fault : spread(all(statements, crash))) {
                strike(fault);
            }
        } finally {
            faults.heal();
        }
    }

    /** The statements of a batch that is not the first, which may create what the sink needs. */
    private int statements() throws Exception {
        scenario.trial().partitions(1);
        scenario.batch(rows());
        faults.watch(null);
        scenario.batch(rows());
        scenario.check("After two batches");
        return faults.statements();
    }

    private List<TargetFault> all(int statements, boolean crash) {
        List<TargetFault> all = new ArrayList<>();
        for (int statement = 1; statement <= statements; statement++) {
            all.add(new TargetFault(statement, false, crash));
            if (faults.hasReplies()) {
                all.add(new TargetFault(statement, true, crash));
            }
        }
        return all;
    }

    /** As many as there is time for, with the first and the last. */
    private static List<TargetFault> spread(List<TargetFault> all) {
        return all.size() <= MOST_FAULTS
                ? all
                : IntStream.range(0, MOST_FAULTS)
                        .mapToObj(index -> all.get(index * (all.size() - 1) / (MOST_FAULTS - 1)))
                        .toList();
    }

    /** Every second rerun reads the keys in another order. */
    private void strike(TargetFault fault) {
        scenario.trial().keepOrder();
        scenario.give(rows());
        faults.watch(fault);
        if (fault.crash()) {
            scenario.trial().crashAt(faults);
        } else {
            scenario.trial().failure();
        }
        faults.heal();
        if (batches % 2 == 1) {
            scenario.reverseKeys();
        }
        String when = "After " + fault.text() + ", and a rerun";
        scenario.recover(when);
        scenario.check(when);
    }

    /** Four keys of the last batch and four new ones. */
    private List<Row> rows() {
        batches++;
        return scenario.rows(4 * batches - 3, 4 * batches + 4);
    }
}
