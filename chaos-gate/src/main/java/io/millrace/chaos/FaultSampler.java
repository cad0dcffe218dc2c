package io.millrace.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Draws faults: the sites that an action fits at take turns, and the actions come mixed. */
final class FaultSampler {
    private final SplittableRandom random;
    private final int mostHits;

    /** @param mostHits how often a fault's site is passed before it strikes, at the most */
    FaultSampler(long seed, int mostHits) {
        this.random = new SplittableRandom(seed);
        this.mostHits = mostHits;
    }

    /**
     * Faults of one lane.
     *
     * @param crashes a crash is due at each of them
     * @param counts how often each other action comes, where there is a site that it fits at
     */
    List<Fault> draw(List<Site> sites, List<Site> crashes, Map<Action, Integer> counts) {
        List<Fault> faults = new ArrayList<>();
        crashes.forEach(site -> faults.add(fault(site, Action.CRASH)));
        new TreeMap<>(counts).forEach((action, count) -> {
            List<Site> fitting = shuffled(
                    sites.stream().filter(site -> action.fits(site.name())).toList());
            for (int number = 0; number < count && !fitting.isEmpty(); number++) {
                faults.add(fault(fitting.get(number % fitting.size()), action));
            }
        });
        return shuffled(faults);
    }

    private Fault fault(Site site, Action action) {
        int readers = random.nextInt(site.fewest(), site.most() + 1);
        return new Fault(site.name(), random.nextInt(1, mostHits + 1), action, readers);
    }

    <T> List<T> shuffled(List<T> all) {
        List<T> left = new ArrayList<>(all);
        List<T> mixed = new ArrayList<>();
        while (!left.isEmpty()) {
            mixed.add(left.remove(random.nextInt(left.size())));
        }
        return mixed;
    }
}
