package io.millrace.chaos;

import io.millrace.chaos.checker.Verdict;
import java.io.PrintStream;

/** Injects the faults of one schedule into a trial and checks its tables. */
final class TrialRunner {
    private static final int FAULTS_PER_CHECK = 50;

    private final Trial trial;
    private final Schedule schedule;
    private final Tally tally;
    private final PrintStream out;
    private final PrintStream journal;
    private int injected;
    private int notReached;
    private boolean failed;
    private Verdict verdict = new Verdict.Builder().build(0);

    /**
     * Creates a runner for one schedule.
     *
     * @param journal a log with the outcome of each fault
     */
    TrialRunner(Trial trial, Schedule schedule, Tally tally, PrintStream out, PrintStream journal) {
        this.trial = trial;
        this.schedule = schedule;
        this.tally = tally;
        this.out = out;
        this.journal = journal;
    }

    /** Injects one fault after the other until all are done, the time is over or a check has failed. */
    void run(Deadline end) throws Exception {
        try {
            for (Fault fault : schedule.faults()) {
                if (!end.open() || !clean()) {
                    break;
                }
                inject(fault);
            }
            check();
        } finally {
            finish();
        }
    }

    private void inject(Fault fault) throws Exception {
        long start = System.nanoTime();
        boolean reached = trial.inject(fault);
        if (reached) {
            injected++;
            tally.injected(fault);
        } else {
            notReached++;
        }
        journal.println((reached ? "injected " : "not reached ") + fault + ", " + millisSince(start) + " ms");
        if ((injected + notReached) % FAULTS_PER_CHECK == 0) {
            check();
        }
    }

    void fail(String what) {
        failed = true;
        tally.failure(schedule.name() + ": " + what);
    }

    boolean clean() {
        return !failed && verdict.clean();
    }

    private void check() throws Exception {
        long start = System.nanoTime();
        verdict = trial.check();
        journal.println("checked " + verdict + ", " + millisSince(start) + " ms");
        tally.caughtUp(schedule.name(), trial.caughtUpSeconds());
    }

    private void finish() {
        tally.add(schedule.name(), verdict);
        for (FaultAction action : FaultAction.values()) {
            tally.add(action, trial.injector().count(action));
        }
        out.println(schedule.name() + ": " + injected + " faults injected, " + notReached + " not reached, "
                + trial.starts() + " starts, " + verdict.events() + " events");
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
