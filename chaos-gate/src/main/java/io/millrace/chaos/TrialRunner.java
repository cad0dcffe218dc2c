package io.millrace.chaos;

import java.io.PrintStream;

/** One schedule over one subject, from the first fault to the verdict. */
final class TrialRunner {
    private static final int FAULTS_PER_CHECK = 50;
    private static final long CATCHES_UP_SECONDS = 30;

    private final Trial trial;
    private final Schedule schedule;
    private final Tally tally;
    private final PrintStream out;
    private final PrintStream journal;
    private int met;
    private int unmet;
    private boolean failed;
    private Verdict verdict = new Verdict.Builder().build(0);

    /**
     * A lane that has not begun.
     *
     * @param journal what became of each fault, as it happens
     */
    TrialRunner(Trial trial, Schedule schedule, Tally tally, PrintStream out, PrintStream journal) {
        this.trial = trial;
        this.schedule = schedule;
        this.tally = tally;
        this.out = out;
        this.journal = journal;
    }

    /** Meets one fault after the other, until all are met, the time is over or something has drifted. */
    void run(Deadline end) throws Exception {
        try {
            for (Fault fault : schedule.faults()) {
                if (!end.open() || !clean()) {
                    break;
                }
                meet(fault);
            }
            check();
        } finally {
            finish();
        }
    }

    private void meet(Fault fault) throws Exception {
        long start = System.nanoTime();
        boolean struck = trial.meet(fault);
        if (struck) {
            met++;
            tally.met(fault);
        } else {
            unmet++;
        }
        journal.println((struck ? "met " : "not reached ") + fault + ", " + millisSince(start) + " ms");
        if ((met + unmet) % FAULTS_PER_CHECK == 0) {
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
        long seconds = trial.caughtUpSeconds();
        if (seconds > CATCHES_UP_SECONDS) {
            fail("caught up only after " + seconds + " s");
        }
    }

    private void finish() {
        tally.add(schedule.name(), verdict);
        for (Action action : Action.values()) {
            tally.add(action, trial.strikes().count(action));
        }
        out.println(schedule.name() + ": " + met + " faults met, " + unmet + " not reached, " + trial.begun()
                + " starts, " + verdict.events() + " events");
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
