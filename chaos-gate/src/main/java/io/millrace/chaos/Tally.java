package io.millrace.chaos;

import io.millrace.chaos.checker.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The counts and findings of all trials of a run. Thread-safe. */
final class Tally {
    private final Map<String, Integer> crashes = new TreeMap<>();
    private final Map<FaultAction, Integer> injected = new EnumMap<>(FaultAction.class);
    private final List<String> findings = Collections.synchronizedList(new ArrayList<>());
    private long events;
    private long lost;
    private long duplicated;
    private long partial;
    private long leaks;
    private long slowestSeconds = -1;
    private @Nullable String slowestTrial;

    synchronized void add(FaultAction action, int count) {
        injected.merge(action, count, Integer::sum);
    }

    synchronized void injected(Fault fault) {
        if (fault.action() == FaultAction.CRASH) {
            crashes.merge(fault.site(), 1, Integer::sum);
        }
    }

    /** Describes at how many sites crashes were injected. */
    synchronized String sites() {
        return "crashes at " + crashes.size() + " sites, at " + often(CrashPlan.OFTEN) + " of them " + CrashPlan.OFTEN
                + " times or more";
    }

    synchronized void add(String trial, Verdict verdict) {
        events += verdict.events();
        lost += verdict.lost();
        duplicated += verdict.duplicated();
        partial += verdict.partial();
        verdict.findings().forEach(finding -> findings.add(trial + ": " + finding));
    }

    synchronized void partial(String trial, List<String> found) {
        partial += found.size();
        found.forEach(finding -> findings.add(trial + ": " + finding));
    }

    synchronized void leaks(List<String> found) {
        leaks += found.size();
        findings.addAll(found);
    }

    synchronized void caughtUp(String trial, long seconds) {
        if (seconds > slowestSeconds) {
            slowestSeconds = seconds;
            slowestTrial = trial;
        }
    }

    /** Describes the catch-up that took longest. It is not a finding, since it grows with the load of the machine. */
    synchronized String slowestCatchUp() {
        return slowestTrial == null
                ? "no trial was checked"
                : "slowest catch-up: " + slowestSeconds + " s, " + slowestTrial;
    }

    void failure(String text) {
        findings.add(text);
    }

    /** Makes a run without any fault a failure. */
    synchronized void requireFaults() {
        if (injected.isEmpty()) {
            findings.add("no fault was injected in the time, so nothing was tested: allow more --minutes");
        }
    }

    boolean clean() {
        return findings.isEmpty();
    }

    List<String> findings() {
        return List.copyOf(findings);
    }

    synchronized int count(FaultAction... actions) {
        int sum = 0;
        for (FaultAction action : actions) {
            sum += injected.getOrDefault(action, 0);
        }
        return sum;
    }

    /** Returns all actions with their counts. */
    synchronized String actions() {
        return injected.toString();
    }

    /** Returns the actions that were injected less often than due in {@code minutes}, or at too few sites. */
    synchronized List<String> shortOf(Set<Layer> layers, double minutes) {
        List<String> missing = new ArrayList<>();
        Layer.due(layers)
                .forEach((action, count) ->
                        addIfShort(missing, action.name(), count(action), Layer.scaled(count, minutes)));
        if (layers.contains(Layer.JVM)) {
            int due = CrashPlan.SITES * CrashPlan.OFTEN;
            addIfShort(missing, FaultAction.CRASH.name(), count(FaultAction.CRASH), Layer.scaled(due, minutes));
            int often = Layer.scaled(CrashPlan.OFTEN, minutes);
            addIfShort(missing, "sites with " + often + " crashes", often(often), CrashPlan.SITES);
        }
        return missing;
    }

    private static void addIfShort(List<String> missing, String what, int count, int due) {
        if (count < due) {
            missing.add(what + " " + count + " of " + due);
        }
    }

    private int often(int least) {
        return (int) crashes.values().stream().filter(count -> count >= least).count();
    }

    synchronized String line(long seed) {
        return "chaos: crashes=" + count(FaultAction.CRASH) + " kills="
                + count(FaultAction.KILL, FaultAction.EXECUTOR_KILL)
                + " faults="
                + count(FaultAction.faults()) + " events=" + events + " lost=" + lost + " duplicated=" + duplicated
                + " partial=" + partial + " leaks=" + leaks + " seed=" + seed;
    }
}
