package io.millrace.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Draws faults: each action cycles through the sites that it fits, and the order of the faults is random. */
final class FaultSampler {
    private final SplittableRandom random;
    private final int mostHits;

    /** @param mostHits the maximum number of passes of its site after which a fault is injected */
    FaultSampler(long seed, int mostHits) {
        this.random = new SplittableRandom(seed);
        this.mostHits = mostHits;
    }

    /**
     * Draws the faults of one trial.
     *
     * @param crashes sites that get one crash each
     * @param counts how often to draw each other action, if it fits a site
     */
    List<Fault> draw(List<Site> sites, List<Site> crashes, Map<FaultAction, Integer> counts) {
        List<Fault> faults = new ArrayList<>();
        crashes.forEach(site -> faults.add(fault(site, FaultAction.CRASH)));
        new TreeMap<>(counts).forEach((action, count) -> {
            List<Site> fitting = shuffled(
                    sites.stream().filter(site -> action.fits(site.name())).toList());
            for (int number = 0; number < count && !fitting.isEmpty(); number++) {
                faults.add(fault(fitting.get(number % fitting.size()), action));
            }
        });
        return shuffled(faults);
    }

    private Fault fault(Site site, FaultAction action) {
        int readers = random.nextInt(site.fewest(), site.most() + 1);
        return new Fault(site.name(), random.nextInt(1, mostHits + 1), action, readers);
    }

    <T> List<T> shuffled(List<T> all) {
        List<T> left = new ArrayList<>(all);
        List<T> shuffled = new ArrayList<>();
        while (!left.isEmpty()) {
            shuffled.add(left.remove(random.nextInt(left.size())));
        }
        return shuffled;
    }
}
