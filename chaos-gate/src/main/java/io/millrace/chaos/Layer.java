package io.millrace.chaos;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Where the writers run, and what they meet there. */
enum Layer {
    /** Crashes inside one JVM, where {@link CrashPlan} says, with faults of network, database and broker between them. */
    JVM(
            3,
            2,
            List.of(Guarantee.values()),
            Map.of(
                    Action.DATABASE_KILL, 40,
                    Action.LOST_REPLY, 90,
                    Action.RESET, 90,
                    Action.BLACK_HOLE, 18,
                    Action.DEADLOCK, 50,
                    Action.BROKER_KILL, 6,
                    Action.ZOMBIE, 6)) {
        @Override
        Hosting hosting(Environment rig) {
            return job -> Writer.inThisJvm(rig.spark(), job);
        }
    },
    /** Signals of the operating system to drivers that are processes. */
    DRIVERS(
            1,
            1,
            List.of(Guarantee.values()),
            Map.of(Action.KILL, 60, Action.TERMINATE, 10, Action.PAUSE, 5, Action.SECOND_DRIVER, 3)) {
        @Override
        Hosting hosting(Environment rig) {
            return job -> Child.launcher(job, "local[4]", rig.image(), rig.directory());
        }
    },
    /** SIGKILL of executors that are processes. */
    EXECUTORS(1, 1, List.of(Guarantee.APPEND_EXACTLY_ONCE), Map.of(Action.EXECUTOR_KILL, 20)) {
        @Override
        Hosting hosting(Environment rig) {
            LocalCluster.prepare(rig.directory(), rig.image().jars());
            return job -> Child.launcher(job, LocalCluster.MASTER, rig.image(), rig.directory());
        }
    },
    /** A driver and executors that are processes and stay, so that what they have not given back is seen at the end. */
    RESIDENTS(
            1,
            1,
            List.of(Guarantee.APPEND_EXACTLY_ONCE, Guarantee.UPSERT),
            Map.of(Action.RESET, 10, Action.LOST_REPLY, 10, Action.BLACK_HOLE, 2)) {
        @Override
        Hosting hosting(Environment rig) {
            LocalCluster.prepare(rig.directory(), rig.image().jars());
            return new LongRunningCluster(rig);
        }
    };

    /** For which the counts are. */
    private static final double MINUTES = 20;
    /** One more is dealt for so many that are due. */
    private static final int SPARE = 10;

    private final int mostHits;
    private final int lanesOfEach;

    @SuppressWarnings("ImmutableEnumChecker") // from List.of
    private final List<Guarantee> guarantees;

    @SuppressWarnings("ImmutableEnumChecker") // from Map.of
    private final Map<Action, Integer> due;

    /**
     * A layer.
     *
     * @param lanesOfEach how many trials of each guarantee there are at a time
     * @param due over all lanes, in {@value #MINUTES} minutes
     */
    Layer(int mostHits, int lanesOfEach, List<Guarantee> guarantees, Map<Action, Integer> due) {
        this.mostHits = mostHits;
        this.lanesOfEach = lanesOfEach;
        this.guarantees = guarantees;
        this.due = due;
    }

    abstract Hosting hosting(Environment rig);

    /** How often a fault's site is passed before it strikes, at the most. */
    int mostHits() {
        return mostHits;
    }

    int lanesOfEach() {
        return lanesOfEach;
    }

    List<Guarantee> guarantees() {
        return guarantees;
    }

    /** What is due over all lanes of the layers in {@value #MINUTES} minutes, beside crashes. */
    static Map<Action, Integer> due(Set<Layer> layers) {
        Map<Action, Integer> all = new TreeMap<>();
        layers.forEach(layer -> layer.due.forEach((action, count) -> all.merge(action, count, Integer::sum)));
        return all;
    }

    /** So much of what is due in {@value #MINUTES} minutes, but all of it in more. */
    static int scaled(int count, double minutes) {
        return (int) Math.ceil(count * Math.min(1, minutes / MINUTES));
    }

    /**
     * What lane number {@code lane} meets in so many minutes, beside crashes: more than is due by a tenth, since a fault
     * may wait at a site that is not passed any more. What is rare falls to different lanes.
     */
    Map<Action, Integer> counts(int lane, double minutes) {
        int lanes = guarantees.size() * lanesOfEach;
        Map<Action, Integer> parts = new TreeMap<>();
        due(Set.of(this)).forEach((action, count) -> {
            int place = (lane + parts.size()) % lanes;
            int all = scaled(count + (count + SPARE - 1) / SPARE, minutes);
            parts.put(action, all * (place + 1) / lanes - all * place / lanes);
        });
        return parts;
    }
}
