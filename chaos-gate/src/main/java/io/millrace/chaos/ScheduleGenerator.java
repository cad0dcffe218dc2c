package io.millrace.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Deals the faults of a run to its lanes: the same ones for the same seed, sites and time. */
final class ScheduleGenerator {
    private final long seed;
    private final double minutes;
    private final Map<Guarantee, List<Site>> sites;
    private final Map<Guarantee, List<Site>> due = new TreeMap<>();
    private final Map<Guarantee, List<Site>> spare = new TreeMap<>();

    ScheduleGenerator(long seed, Map<Guarantee, List<Site>> sites, double minutes) {
        this.seed = seed;
        this.minutes = minutes;
        this.sites = sites;
        CrashPlan plan = new CrashPlan(sites);
        sites.forEach((guarantee, of) -> {
            due.put(guarantee, cut(plan.due(of)));
            spare.put(guarantee, cut(CrashPlan.spare(of)));
        });
    }

    private List<Site> cut(List<Site> sites) {
        return new FaultSampler(seed, 1).shuffled(sites).subList(0, Layer.scaled(sites.size(), minutes));
    }

    /** @param lane its number within the layer */
    Schedule deal(Layer layer, Guarantee guarantee, int lane) {
        String name = guarantee + "-" + layer + "-" + lane;
        List<Site> found = sites.getOrDefault(guarantee, List.of());
        FaultSampler mix = new FaultSampler(seed + name.hashCode(), layer.mostHits());
        List<Fault> faults = mix.draw(found, part(due, layer, guarantee, lane), layer.counts(lane, minutes));
        faults.addAll(mix.draw(found, part(spare, layer, guarantee, lane), Map.of()));
        return new Schedule(name, seed, layer, guarantee, faults);
    }

    private static List<Site> part(Map<Guarantee, List<Site>> crashes, Layer layer, Guarantee guarantee, int lane) {
        List<Site> all = layer == Layer.JVM ? crashes.getOrDefault(guarantee, List.of()) : List.of();
        int number = lane / layer.guarantees().size();
        return new ArrayList<>(IntStream.range(0, all.size())
                .filter(index -> index % layer.lanesOfEach() == number)
                .mapToObj(all::get)
                .toList());
    }
}
