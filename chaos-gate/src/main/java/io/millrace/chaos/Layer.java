package io.millrace.chaos;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Where the writers run, and which faults are injected there. */
enum Layer {
    /** Crashes inside one JVM, planned by {@link CrashPlan}, mixed with faults of network, database and broker. */
    JVM(
            3,
            2,
            List.of(Guarantee.values()),
            Map.of(
                    FaultAction.DATABASE_KILL, 40,
                    FaultAction.LOST_REPLY, 90,
                    FaultAction.RESET, 90,
                    FaultAction.BLACK_HOLE, 18,
                    FaultAction.DEADLOCK, 50,
                    FaultAction.BROKER_KILL, 6,
                    FaultAction.ZOMBIE, 6)) {
        @Override
        Hosting hosting(Environment environment) {
            return job -> SubjectWriter.inThisJvm(environment.spark(), job);
        }
    },
    /** Signals of the operating system to driver processes. */
    DRIVERS(
            1,
            1,
            List.of(Guarantee.values()),
            Map.of(
                    FaultAction.KILL,
                    60,
                    FaultAction.TERMINATE,
                    10,
                    FaultAction.PAUSE,
                    5,
                    FaultAction.SECOND_DRIVER,
                    3)) {
        @Override
        Hosting hosting(Environment environment) {
            return job -> DriverProcess.launcher(job, "local[4]", environment.archive(), environment.directory());
        }
    },
    /** SIGKILL of executor processes. */
    EXECUTORS(1, 1, List.of(Guarantee.APPEND_EXACTLY_ONCE), Map.of(FaultAction.EXECUTOR_KILL, 20)) {
        @Override
        Hosting hosting(Environment environment) {
            LocalCluster.prepare(environment.directory(), environment.archive().jars());
            return job ->
                    DriverProcess.launcher(job, LocalCluster.MASTER, environment.archive(), environment.directory());
        }
    },
    /** A driver process and its executors that run until the end, so that leaks add up. */
    LONG_RUNNING(
            1,
            1,
            List.of(Guarantee.APPEND_EXACTLY_ONCE, Guarantee.UPSERT),
            Map.of(FaultAction.RESET, 10, FaultAction.LOST_REPLY, 10, FaultAction.BLACK_HOLE, 2)) {
        @Override
        Hosting hosting(Environment environment) {
            return new LongRunningCluster(environment);
        }
    };

    /** The duration that the counts are for. */
    private static final double MINUTES = 20;
    /** One spare fault is scheduled per this many faults. */
    private static final int SPARE = 10;

    private final int mostHits;
    private final int trialsPerGuarantee;

    @SuppressWarnings("ImmutableEnumChecker") // from List.of
    private final List<Guarantee> guarantees;

    @SuppressWarnings("ImmutableEnumChecker") // from Map.of
    private final Map<FaultAction, Integer> due;

    /**
     * A layer.
     *
     * @param trialsPerGuarantee how many trials of each guarantee run at the same time
     * @param due how often each action is due in all trials together, in {@value #MINUTES} minutes
     */
    Layer(int mostHits, int trialsPerGuarantee, List<Guarantee> guarantees, Map<FaultAction, Integer> due) {
        this.mostHits = mostHits;
        this.trialsPerGuarantee = trialsPerGuarantee;
        this.guarantees = guarantees;
        this.due = due;
    }

    abstract Hosting hosting(Environment environment);

    /** Returns the maximum number of passes of its site after which a fault is injected. */
    int mostHits() {
        return mostHits;
    }

    int trialsPerGuarantee() {
        return trialsPerGuarantee;
    }

    List<Guarantee> guarantees() {
        return guarantees;
    }

    /** How often each action except crashes is due in all trials of the layers, in {@value #MINUTES} minutes. */
    static Map<FaultAction, Integer> due(Set<Layer> layers) {
        Map<FaultAction, Integer> all = new TreeMap<>();
        layers.forEach(layer -> layer.due.forEach((action, count) -> all.merge(action, count, Integer::sum)));
        return all;
    }

    /** Scales a count for {@value #MINUTES} minutes down to fewer minutes. */
    static int scaled(int count, double minutes) {
        return (int) Math.ceil(count * Math.min(1, minutes / MINUTES));
    }

    /**
     * How often a trial gets each action except crashes. The trials together get a tenth more than is due, since some
     * sites are never reached again. Rare actions go to different trials.
     */
    Map<FaultAction, Integer> counts(int trial, double minutes) {
        int trials = guarantees.size() * trialsPerGuarantee;
        Map<FaultAction, Integer> parts = new TreeMap<>();
        due(Set.of(this)).forEach((action, count) -> {
            int place = (trial + parts.size()) % trials;
            int all = scaled(count + (count + SPARE - 1) / SPARE, minutes);
            parts.put(action, all * (place + 1) / trials - all * place / trials);
        });
        return parts;
    }
}
