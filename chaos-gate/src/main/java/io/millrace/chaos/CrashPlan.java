package io.millrace.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often to crash at each site: often in the critical windows that most guarantees share, and twice at each site.
 */
final class CrashPlan {
    /** Crashes due at a window, over all guarantees. */
    static final int OFTEN = 40;

    /** The number of sites with that many crashes. */
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

    /** Returns the windows of a guarantee, each as often as a crash is due there. */
    List<Site> due(List<Site> ofOne) {
        List<Site> due = new ArrayList<>();
        for (Site site : ofOne) {
            int share = sharers.getOrDefault(site.name(), 1);
            due.addAll(Collections.nCopies(windows.contains(site.name()) ? (OFTEN + share - 1) / share : 0, site));
        }
        return due;
    }

    /** Returns all sites of a guarantee, for crashes after the due ones, as time permits. */
    static List<Site> spare(List<Site> ofOne) {
        List<Site> spare = new ArrayList<>();
        ofOne.forEach(site -> spare.addAll(Collections.nCopies(SPARE, site)));
        return spare;
    }

    /** Returns whether rows or their state are in flight at a site. */
    private static boolean isWindow(String name) {
        return name.startsWith("checkpoint ")
                || name.startsWith("task ")
                || name.contains(" COPY ")
                || name.contains(" INSERT ")
                || name.contains(" UPDATE ")
                || (name.contains(" COMMIT after ") && !name.endsWith(" SET"));
    }
}
