package io.millrace.chaos;

import io.millrace.chaos.checker.Verdict;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks the checker: runs a sink with one known bug after the other, each under faults that expose it, and expects a
 * finding. The correct sinks run under the same faults and must not produce findings.
 */
final class Calibration {
    private static final int ATTEMPTS = 3;

    private final Environment environment;
    private final long seed;
    private final Path evidence;
    private final PrintStream out;
    private int planted;
    private int caught;
    private int replayed;
    private boolean falseAlarm;

    /** @param evidence the directory for schedules */
    Calibration(Environment environment, long seed, Path evidence, PrintStream out) {
        this.environment = environment;
        this.seed = seed;
        this.evidence = evidence;
        this.out = out;
    }

    /** Returns whether all bugs were caught and no correct sink had findings. */
    boolean run(List<Bug> bugs) throws Exception {
        for (Bug bug : bugs) {
            if (bug == Bug.NONE) {
                expectClean(new PlantedSink(bug), bug.faults());
                for (Guarantee guarantee : Guarantee.values()) {
                    expectClean(guarantee, retargeted(bug.faults(), guarantee.table()));
                }
            } else {
                expectCaught(bug);
            }
        }
        out.println("replays: " + replayed + " of " + caught + " schedules caught the same bug again");
        out.println("calibration: planted=" + planted + " caught=" + caught + (falseAlarm ? " FALSE ALARM" : ""));
        return caught == planted && !falseAlarm;
    }

    private void expectCaught(Bug bug) throws Exception {
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
            int injected = 0;
            for (int attempt = 0; attempt < attempts; attempt++) {
                injected += inject(trial, faults);
                Verdict verdict = trial.check();
                if (bug.caughtBy(verdict)) {
                    print(bug, "caught", injected, start, verdict.findings().get(0));
                    return true;
                }
            }
            print(bug, "NOT CAUGHT", injected, start, "no findings");
            return false;
        }
    }

    private void expectClean(Subject subject, List<Fault> faults) throws Exception {
        long start = System.nanoTime();
        try (Trial trial = trial(subject, 1)) {
            trial.warmUp();
            int injected = inject(trial, faults);
            Verdict verdict = trial.check();
            falseAlarm |= !verdict.clean();
            print(subject, verdict.clean() ? "clean" : "FALSE ALARM", injected, start, verdict.findings());
        }
    }

    private Trial trial(Subject subject, int queries) throws Exception {
        return new Trial(environment, subject, seed, queries, job -> SubjectWriter.inThisJvm(environment.spark(), job));
    }

    private static int inject(Trial trial, List<Fault> faults) throws Exception {
        int injected = 0;
        for (Fault fault : faults) {
            injected += trial.inject(fault) ? 1 : 0;
        }
        return injected;
    }

    private static List<Fault> retargeted(List<Fault> faults, String table) {
        return faults.stream()
                .map(fault -> Fault.parse(
                        fault.toString().replace(Tables.AUDIT, table).replace("under 7", "under 3")))
                .toList();
    }

    private void print(Object subject, String how, int faults, long start, Object finding) {
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        out.printf("%-30s %s after %d faults, %d s: %s%n", subject, how, faults, seconds, finding);
    }
}
