package io.millrace.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws faults: every site in turn gets one, and the other actions come in between at the sites that fit. */
final class Mix {
    private static final int MOST_HITS = 3;
    private static final int MOST_READERS = 7;

    private final SplittableRandom random;
    private final Action everywhere;
    private final Map<Action, Integer> shares;

    /**
     * A mix of faults.
     *
     * @param everywhere what strikes at each site in turn
     * @param shares how many of each other action come with a hundred of it
     */
    Mix(long seed, Action everywhere, Map<Action, Integer> shares) {
        this.everywhere = everywhere;
        this.random = new SplittableRandom(seed);
        this.shares = new EnumMap<>(Action.class);
        this.shares.putAll(shares);
    }

    List<Fault> draw(List<String> sites, int count) {
        List<Fault> faults = new ArrayList<>();
        while (faults.size() < count) {
            round(sites, faults);
        }
        return List.copyOf(faults.subList(0, count));
    }

    private void round(List<String> sites, List<Fault> faults) {
        List<Fault> round = new ArrayList<>();
        sites.stream().filter(everywhere::fits).forEach(site -> round.add(fault(site, everywhere)));
        shares.forEach((action, share) -> {
            List<String> fitting = sites.stream().filter(action::fits).toList();
            double expected = sites.size() * share / 100.0;
            int times = (int) expected + (random.nextDouble() < expected - (int) expected ? 1 : 0);
            for (int time = 0; time < times && !fitting.isEmpty(); time++) {
                round.add(fault(fitting.get(random.nextInt(fitting.size())), action));
            }
        });
        while (!round.isEmpty()) {
            faults.add(round.remove(random.nextInt(round.size())));
        }
    }

    private Fault fault(String site, Action action) {
        return new Fault(
                site, random.nextInt(1, MOST_HITS + 1), action, random.nextInt(Feed.PARTITIONS, MOST_READERS + 1));
    }
}
