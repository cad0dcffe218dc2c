package io.millrace.chaos;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Plants one bug after the other and runs the same faults over each: a checker that has never caught any proves nothing. */
final class Calibration {
    private static final int FAULTS_PER_CHECK = 8;
    private static final int SURVEY = 3;
    private static final int MOST_FAULTS = 64;
    private static final Verdict CLEAN = new Verdict.Builder().build(0);
    private static final Map<Action, Integer> SHARES =
            Map.of(Action.RESET, 20, Action.LOST_REPLY, 20, Action.DATABASE_KILL, 30, Action.ZOMBIE, 20);

    private final Rig rig;
    private final long seed;
    private final PrintStream out;

    Calibration(Rig rig, long seed, PrintStream out) {
        this.rig = rig;
        this.seed = seed;
        this.out = out;
    }

    /** Whether every bug was caught, and the sound sink was not. */
    boolean run(List<Bug> bugs) throws Exception {
        int planted = 0;
        int caught = 0;
        boolean falseAlarm = false;
        for (Bug bug : bugs) {
            boolean found = hunt(bug);
            falseAlarm |= found && bug == Bug.NONE;
            planted += bug == Bug.NONE ? 0 : 1;
            caught += found && bug != Bug.NONE ? 1 : 0;
        }
        out.println("calibration: planted=" + planted + " caught=" + caught + (falseAlarm ? " FALSE ALARM" : ""));
        return caught == planted && !falseAlarm;
    }

    private boolean hunt(Bug bug) throws Exception {
        long start = System.nanoTime();
        int met = 0;
        rig.execute(PlantedSink.LEDGER);
        try (Trial trial =
                new Trial(rig, new PlantedSink(bug), seed, bug.queries(), job -> Writer.inThisJvm(rig.spark(), job))) {
            List<Fault> faults = new Mix(seed, Action.CRASH, SHARES).draw(trial.survey(SURVEY), MOST_FAULTS);
            for (int fault = 0; fault < faults.size(); fault++) {
                met += trial.meet(faults.get(fault)) ? 1 : 0;
                boolean due =
                        (fault + 1) % FAULTS_PER_CHECK == 0 || faults.get(fault).action() == Action.ZOMBIE;
                Verdict verdict = due ? trial.check() : CLEAN;
                if (bug.caughtBy(verdict)) {
                    tell(bug, "caught", met, start, verdict.findings().get(0));
                    return true;
                }
            }
        }
        tell(bug, "not caught", met, start, "nothing found");
        return false;
    }

    private void tell(Bug bug, String how, int faults, long start, String finding) {
        out.printf(
                "%-30s %s after %d faults, %d s: %s%n",
                bug, how, faults, (System.nanoTime() - start) / 1_000_000_000, finding);
    }
}
