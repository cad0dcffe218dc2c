package io.millrace.chaos;

import java.io.PrintStream;

/** One schedule over one subject, from the first fault to the verdict. */
final class Lane {
    private static final int FAULTS_PER_CHECK = 50;
    private static final long CATCHES_UP_SECONDS = 30;

    private final Trial trial;
    private final Schedule schedule;
    private final Tally tally;
    private final PrintStream out;
    private int met;
    private int unmet;
    private boolean failed;
    private Verdict verdict = new Verdict.Builder().build(0);

    Lane(Trial trial, Schedule schedule, Tally tally, PrintStream out) {
        this.trial = trial;
        this.schedule = schedule;
        this.tally = tally;
        this.out = out;
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
        if (trial.meet(fault)) {
            met++;
        } else {
            unmet++;
        }
        if ((met + unmet) % FAULTS_PER_CHECK == 0) {
            check();
        }
    }

    void fail(String what) {
        failed = true;
        tally.failure(schedule.subject() + ": " + what);
    }

    boolean clean() {
        return !failed && verdict.clean();
    }

    private void check() throws Exception {
        long start = System.nanoTime();
        verdict = trial.check();
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        if (seconds > CATCHES_UP_SECONDS) {
            fail("caught up only after " + seconds + " s");
        }
    }

    private void finish() {
        tally.add(schedule.subject(), verdict);
        for (Action action : Action.values()) {
            tally.add(action, trial.strikes().count(action));
        }
        out.println(schedule.subject() + ": " + met + " faults met, " + unmet + " not reached, " + trial.begun()
                + " starts, " + verdict.events() + " events");
    }
}
