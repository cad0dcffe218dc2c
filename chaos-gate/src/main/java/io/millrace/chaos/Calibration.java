package io.millrace.chaos;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Plants one bug after the other and strikes where it gives way: a checker that has never caught any proves nothing. The
 * sound sink and those of Millrace meet the same faults, and must not be accused.
 */
final class Calibration {
    private static final int ATTEMPTS = 3;

    private final Environment rig;
    private final long seed;
    private final Path evidence;
    private final PrintStream out;
    private int planted;
    private int caught;
    private int replayed;
    private boolean falseAlarm;

    /** @param evidence where the schedules go */
    Calibration(Environment rig, long seed, Path evidence, PrintStream out) {
        this.rig = rig;
        this.seed = seed;
        this.evidence = evidence;
        this.out = out;
    }

    /** Whether every bug was caught, and no sound sink was. */
    boolean run(List<Bug> bugs) throws Exception {
        for (Bug bug : bugs) {
            if (bug == Bug.NONE) {
                acquit(new PlantedSink(bug), bug.faults());
                for (Guarantee guarantee : Guarantee.values()) {
                    acquit(guarantee, retargeted(bug.faults(), guarantee.table()));
                }
            } else {
                hunt(bug);
            }
        }
        out.println("replays: " + replayed + " of " + caught + " schedules caught the same bug again");
        out.println("calibration: planted=" + planted + " caught=" + caught + (falseAlarm ? " FALSE ALARM" : ""));
        return caught == planted && !falseAlarm;
    }

    private void hunt(Bug bug) throws Exception {
        planted++;
        if (isCaught(bug, bug.faults(), ATTEMPTS)) {
            caught++;
            Schedule written = Schedule.read(evidence.resolve("planted-" + bug + ".schedule"));
            replayed += isCaught(bug, written.faults(), 1) ? 1 : 0;
        }
    }

    private boolean isCaught(Bug bug, List<Fault> faults, int attempts) throws Exception {
        long start = System.nanoTime();
        new Schedule("planted-" + bug, seed, Layer.JVM, new PlantedSink(bug), faults).write(evidence);
        try (Trial trial = trial(new PlantedSink(bug), bug.queries())) {
            trial.warmUp();
            int met = 0;
            for (int attempt = 0; attempt < attempts; attempt++) {
                met += meet(trial, faults);
                Verdict verdict = trial.check();
                if (bug.caughtBy(verdict)) {
                    tell(bug, "caught", met, start, verdict.findings().get(0));
                    return true;
                }
            }
            tell(bug, "NOT CAUGHT", met, start, "nothing found");
            return false;
        }
    }

    private void acquit(Subject subject, List<Fault> faults) throws Exception {
        long start = System.nanoTime();
        try (Trial trial = trial(subject, 1)) {
            trial.warmUp();
            int met = meet(trial, faults);
            Verdict verdict = trial.check();
            falseAlarm |= !verdict.clean();
            tell(subject, verdict.clean() ? "acquitted" : "ACCUSED", met, start, verdict.findings());
        }
    }

    private Trial trial(Subject subject, int queries) throws Exception {
        return new Trial(rig, subject, seed, queries, job -> Writer.inThisJvm(rig.spark(), job));
    }

    private static int meet(Trial trial, List<Fault> faults) throws Exception {
        int met = 0;
        for (Fault fault : faults) {
            met += trial.meet(fault) ? 1 : 0;
        }
        return met;
    }

    private static List<Fault> retargeted(List<Fault> faults, String table) {
        return faults.stream()
                .map(fault -> Fault.parse(
                        fault.toString().replace(Tables.AUDIT, table).replace("under 7", "under 3")))
                .toList();
    }

    private void tell(Object subject, String how, int faults, long start, Object finding) {
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        out.printf("%-30s %s after %d faults, %d s: %s%n", subject, how, faults, seconds, finding);
    }
}
