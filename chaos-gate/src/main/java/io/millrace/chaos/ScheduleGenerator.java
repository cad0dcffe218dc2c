package io.millrace.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Distributes the faults of a run over its trials: the same faults for the same seed, sites and duration. */
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

    /** @param trial the number of the trial within the layer */
    Schedule generate(Layer layer, Guarantee guarantee, int trial) {
        String name = guarantee + "-" + layer + "-" + trial;
        List<Site> found = sites.getOrDefault(guarantee, List.of());
        FaultSampler sampler = new FaultSampler(seed + name.hashCode(), layer.mostHits());
        List<Fault> faults = sampler.draw(found, part(due, layer, guarantee, trial), layer.counts(trial, minutes));
        faults.addAll(sampler.draw(found, part(spare, layer, guarantee, trial), Map.of()));
        return new Schedule(name, seed, layer, guarantee, faults);
    }

    private static List<Site> part(Map<Guarantee, List<Site>> crashes, Layer layer, Guarantee guarantee, int trial) {
        List<Site> all = layer == Layer.JVM ? crashes.getOrDefault(guarantee, List.of()) : List.of();
        int number = trial / layer.guarantees().size();
        return new ArrayList<>(IntStream.range(0, all.size())
                .filter(index -> index % layer.trialsPerGuarantee() == number)
                .mapToObj(all::get)
                .toList());
    }
}
