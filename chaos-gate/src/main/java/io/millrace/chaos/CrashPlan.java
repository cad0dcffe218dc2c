package io.millrace.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where to crash how often: often in the windows that most guarantees have, and then everywhere a few times more. */
final class CrashPlan {
    /** How often is often, over all guarantees together. */
    static final int OFTEN = 40;

    /** At how many sites that is due. */
    static final int SITES = 25;

    private static final int WINDOWS = SITES + 1;
    private static final int SPARE = 2;

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

    /** Each of a guarantee's windows as often as a crash is due there. */
    List<Site> due(List<Site> ofOne) {
        List<Site> due = new ArrayList<>();
        for (Site site : ofOne) {
            int share = sharers.getOrDefault(site.name(), 1);
            due.addAll(Collections.nCopies(windows.contains(site.name()) ? (OFTEN + share - 1) / share : 0, site));
        }
        return due;
    }

    /** What comes after that, as long as there is time: each of a guarantee's sites, so that none is left out. */
    static List<Site> spare(List<Site> ofOne) {
        List<Site> spare = new ArrayList<>();
        ofOne.forEach(site -> spare.addAll(Collections.nCopies(SPARE, site)));
        return spare;
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
