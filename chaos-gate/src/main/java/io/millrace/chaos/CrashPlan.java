package io.millrace.chaos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where to crash how often: often in the windows that most guarantees have, and everywhere a few times. */
final class CrashPlan {
    /** How often is often, over all guarantees together. */
    static final int OFTEN = 40;

    private static final int WINDOWS = 26;
    private static final int ELSEWHERE = 2;

    private final Map<String, Integer> sharers = new TreeMap<>();
    private final List<String> windows;

    CrashPlan(Map<Guarantee, List<Site>> surveyed) {
        surveyed.values().forEach(sites -> sites.forEach(site -> sharers.merge(site.name(), 1, Integer::sum)));
        windows = sharers.keySet().stream()
                .filter(CrashPlan::isWindow)
                .sorted(Comparator.comparing((String name) -> -sharers.getOrDefault(name, 0)))
                .limit(WINDOWS)
                .toList();
    }

    /** Each of a guarantee's sites as often as a crash is due there. */
    List<Site> sites(List<Site> ofOne) {
        List<Site> due = new ArrayList<>();
        for (Site site : ofOne) {
            for (int number = 0; number < crashes(site.name()); number++) {
                due.add(site);
            }
        }
        return due;
    }

    private int crashes(String name) {
        int share = sharers.getOrDefault(name, 1);
        return windows.contains(name) ? (OFTEN + share - 1) / share : ELSEWHERE;
    }

    /** Whether rows, or what is known of them, are under way there. */
    private static boolean isWindow(String name) {
        return name.startsWith("checkpoint ")
                || name.startsWith("task ")
                || name.contains(" COPY ")
                || name.contains(" INSERT ")
                || name.contains(" UPDATE ")
                || (name.contains(" COMMIT after ") && !name.endsWith(" SET"));
    }
}
