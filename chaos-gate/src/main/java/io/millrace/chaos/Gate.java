package io.millrace.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs schedules against every guarantee, all at the same time, and says at the end what has drifted. */
final class Gate {
    private static final int SURVEY = 3;
    /** All at once: a process that begins beside all lanes of this JVM gets a share of the machine like one of them. */
    private static final int PROCESS_LANES = 4;
    /** The rest is for the last verdicts, and until the pools have let go their connections. */
    private static final double SHARE_OF_LANES = 0.95;

    private static final long SETTLES_SECONDS = 75;
    private static final long REPLAY_SECONDS = 3_600;

    private final Environment rig;
    private final long seed;
    private final Path evidence;
    private final PrintStream out;
    private final Tally tally = new Tally();
    private List<String> missing = List.of();

    /** @param evidence where schedules go before the run, and all else after a failure */
    Gate(Environment rig, long seed, Path evidence, PrintStream out) {
        this.rig = rig;
        this.seed = seed;
        this.evidence = evidence;
        this.out = out;
    }

    /** All faults of the layers, so far as they fit into the time. */
    void prove(Set<Layer> layers, double minutes) throws Exception {
        Deadline end = Deadline.in((long) (minutes * 60 * SHARE_OF_LANES));
        long connections = Usage.now(rig).connections();
        List<Trial> here = new ArrayList<>();
        List<LongRunningTrial> stays = new ArrayList<>();
        try {
            ExecutorService beside = Executors.newCachedThreadPool();
            Future<Void> processes = beside.submit(() -> begin(layers, stays, beside));
            Map<Guarantee, List<Site>> sites = survey(here);
            for (int lane = here.size(); lane < lanes(Layer.JVM); lane++) {
                here.add(warm(guarantee(Layer.JVM, lane)));
            }
            join(List.of(processes), List.of(beside));
            collectGarbage();
            Usage baseline = Usage.now(rig).withConnections(connections);
            ScheduleGenerator dealer = new ScheduleGenerator(seed, sites, minutes);
            run(layers, here, stays, dealer, end);
            settle(baseline, stays);
            missing = tally.shortOf(layers, minutes);
        } finally {
            here.forEach(Trial::close);
            stays.forEach(LongRunningTrial::close);
        }
    }

    /** What processes need before their lanes begin. */
    private Void begin(Set<Layer> layers, List<LongRunningTrial> stays, ExecutorService threads) throws Exception {
        rehearse(layers);
        for (int lane = 0; layers.contains(Layer.RESIDENTS) && lane < lanes(Layer.RESIDENTS); lane++) {
            stays.add(new LongRunningTrial(rig, guarantee(Layer.RESIDENTS, lane), seed));
        }
        List<Callable<Void>> settling = new ArrayList<>();
        stays.forEach(stay -> settling.add(stay::settleIn));
        for (Future<Void> settled : threads.invokeAll(settling)) {
            settled.get();
        }
        return null;
    }

    /** The faults of a schedule that was written before, in its order. */
    void replay(Schedule schedule) throws Exception {
        rehearse(Set.of(schedule.layer()));
        try (Trial trial = trial(schedule.layer(), schedule.subject())) {
            trial.warmUp();
            meet(schedule, trial, Deadline.in(REPLAY_SECONDS));
        }
    }

    /** Prints the last line, and keeps what explains a failure; whether all is clean. */
    boolean finish() throws IOException {
        out.println("struck " + tally.actions());
        out.println(tally.sites());
        out.println(
                missing.isEmpty()
                        ? "nothing that is due is missing"
                        : "a note, not a failure: this machine had time for fewer than are due: " + missing);
        tally.findings().forEach(out::println);
        if (!tally.clean()) {
            Evidence.copy(rig.postgres().directory().resolve("server.log"), evidence.resolve("postgres.log"));
            Evidence.copy(rig.directory().resolve(Child.LOGS), evidence.resolve(Child.LOGS));
            out.println("Kept in " + evidence + ". Again: ./chaos --replay " + evidence + "/LANE.schedule");
        }
        out.println(tally.line(seed));
        return tally.clean();
    }

    private Trial trial(Layer layer, Subject subject) throws SQLException {
        return new Trial(rig, subject, seed, 1, layer.hosting(rig));
    }

    /** One trial of each guarantee, all at the same time. */
    private Map<Guarantee, List<Site>> survey(List<Trial> trials) throws Exception {
        Map<Guarantee, List<Site>> sites = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(Guarantee.values().length);
        List<Future<List<Site>>> found = new ArrayList<>();
        for (Guarantee guarantee : Guarantee.values()) {
            Trial trial = trial(Layer.JVM, guarantee);
            trials.add(trial);
            found.add(threads.submit(() -> trial.survey(SURVEY)));
        }
        join(found, List.of(threads));
        for (Guarantee guarantee : Guarantee.values()) {
            sites.put(guarantee, found.get(sites.size()).get());
            out.println(
                    guarantee + ": " + sites.getOrDefault(guarantee, List.of()).size() + " sites");
        }
        return sites;
    }

    /** Lets a first driver come and go, so that the others start from what it has loaded. */
    private void rehearse(Set<Layer> layers) throws Exception {
        if (layers.equals(Set.of(Layer.JVM))) {
            return;
        }
        try (Trial trial = trial(Layer.DRIVERS, Guarantee.UPSERT_EXACTLY_ONCE)) {
            trial.warmUp();
            trial.endInGoodOrder();
        }
        rig.image().recorded();
    }

    private Trial warm(Guarantee guarantee) throws Exception {
        Trial trial = trial(Layer.JVM, guarantee);
        trial.warmUp();
        trial.rest();
        return trial;
    }

    private void run(
            Set<Layer> layers, List<Trial> here, List<LongRunningTrial> stays, ScheduleGenerator dealer, Deadline end)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(here.size() + stays.size());
        ExecutorService processes = Executors.newFixedThreadPool(PROCESS_LANES);
        List<Future<Void>> lanes = new ArrayList<>();
        for (Layer layer : new TreeSet<>(layers).descendingSet()) { // what is slowest first
            for (int lane = 0; lane < lanes(layer); lane++) {
                Schedule schedule = dealer.deal(layer, guarantee(layer, lane), lane);
                schedule.write(evidence);
                lanes.add(
                        switch (layer) {
                            case JVM -> threads.submit(onWarm(schedule, here.get(lane), end));
                            case RESIDENTS -> threads.submit(onStay(schedule, stays.get(lane), end));
                            case DRIVERS, EXECUTORS -> processes.submit(onNew(schedule, end));
                        });
            }
        }
        join(lanes, List.of(threads, processes));
    }

    private static int lanes(Layer layer) {
        return layer.guarantees().size() * layer.lanesOfEach();
    }

    private static Guarantee guarantee(Layer layer, int lane) {
        return layer.guarantees().get(lane % layer.guarantees().size());
    }

    private Callable<Void> onWarm(Schedule schedule, Trial trial, Deadline end) {
        return () -> {
            meet(schedule, trial, end);
            trial.rest();
            return null;
        };
    }

    private Callable<Void> onStay(Schedule schedule, LongRunningTrial stay, Deadline end) {
        return () -> {
            stay.rememberBaseline();
            return onWarm(schedule, stay.trial(), end).call();
        };
    }

    private Callable<Void> onNew(Schedule schedule, Deadline end) {
        return () -> {
            try (Trial trial = trial(schedule.layer(), schedule.subject())) {
                meet(schedule, trial, end);
            }
            return null;
        };
    }

    private static <T> void join(List<Future<T>> lanes, List<ExecutorService> pools) throws Exception {
        try {
            for (Future<T> lane : lanes) {
                lane.get();
            }
        } finally {
            pools.forEach(ExecutorService::shutdownNow);
        }
    }

    private void meet(Schedule schedule, Trial trial, Deadline end) throws Exception {
        Files.createDirectories(evidence);
        Path journal = evidence.resolve(schedule.name() + ".journal");
        try (PrintStream told = new PrintStream(Files.newOutputStream(journal), true, StandardCharsets.UTF_8)) {
            meet(trial, new TrialRunner(trial, schedule, tally, out, told), schedule.name(), end);
        }
    }

    private void meet(Trial trial, TrialRunner lane, String name, Deadline end) throws Exception {
        Observer observer = trial.observer();
        try (observer) {
            lane.run(end);
        } catch (SQLException | IOException | IllegalStateException e) { // one lane's end is not that of the others
            lane.fail(e.toString());
        }
        tally.partial(name, observer.findings());
        out.println(name + ": watched in " + observer.looks() + " snapshots");
        if (!lane.clean() || !observer.findings().isEmpty()) {
            trial.keep(evidence.resolve(name));
        }
    }

    private void settle(Usage baseline, List<LongRunningTrial> stays) throws Exception {
        Deadline deadline = Deadline.in(SETTLES_SECONDS);
        List<String> leaks = leaks(baseline, stays);
        while (!leaks.isEmpty() && deadline.open()) {
            Deadline.pause(100);
            leaks = leaks(baseline, stays);
        }
        tally.leaks(leaks);
        for (LongRunningTrial stay : stays) {
            out.println(stay.describe());
        }
    }

    private List<String> leaks(Usage baseline, List<LongRunningTrial> stays) throws Exception {
        List<String> leaks = new ArrayList<>();
        for (LongRunningTrial stay : stays) {
            leaks.addAll(stay.leaks());
        }
        List<String> here = Usage.now(rig).leaksOver(baseline);
        if (!here.isEmpty()) {
            collectGarbage();
        }
        leaks.addAll(here);
        return leaks;
    }

    /** What a collection closes is not a leak: see {@link Child#collectGarbage}. */
    private static void collectGarbage() {
        ManagementFactory.getMemoryMXBean().gc();
    }
}
