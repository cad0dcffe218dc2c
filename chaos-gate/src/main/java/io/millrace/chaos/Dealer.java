package io.millrace.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Deals the faults of a run to its lanes: the same ones for the same seed, sites and time. */
final class Dealer {
    private final long seed;
    private final double minutes;
    private final Map<Guarantee, List<Site>> sites;
    private final Map<Guarantee, List<Site>> crashes = new TreeMap<>();

    Dealer(long seed, Map<Guarantee, List<Site>> sites, double minutes) {
        this.seed = seed;
        this.minutes = minutes;
        this.sites = sites;
        CrashPlan plan = new CrashPlan(sites);
        sites.forEach((guarantee, of) -> {
            List<Site> due = new Mix(seed, 1).shuffled(plan.sites(of));
            crashes.put(guarantee, due.subList(0, Layer.scaled(due.size(), minutes)));
        });
    }

    /** @param lane its number within the layer */
    Schedule deal(Layer layer, Guarantee guarantee, int lane) {
        String name = guarantee + "-" + layer + "-" + lane;
        List<Site> found = sites.getOrDefault(guarantee, List.of());
        List<Site> due = layer == Layer.JVM ? part(crashes.getOrDefault(guarantee, List.of()), layer, lane) : List.of();
        Mix mix = new Mix(seed + name.hashCode(), layer.mostHits());
        return new Schedule(name, seed, layer, guarantee, mix.draw(found, due, layer.counts(lane, minutes)));
    }

    private static List<Site> part(List<Site> all, Layer layer, int lane) {
        int number = lane / layer.guarantees().size();
        return new ArrayList<>(IntStream.range(0, all.size())
                .filter(index -> index % layer.lanesOfEach() == number)
                .mapToObj(all::get)
                .toList());
    }
}
