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

/** Runs the schedules of all guarantees at the same time and prints the findings. */
final class Gate {
    private static final int SURVEY_ROUNDS = 3;
    /** All at once: each then gets the same share of the machine as a trial in this JVM. */
    private static final int PROCESS_TRIALS = 4;
    /** The rest is for the last checks, and for the pools to close their connections. */
    private static final double FAULT_TIME_SHARE = 0.95;

    private static final long RELEASE_SECONDS = 75;
    private static final long REPLAY_SECONDS = 3_600;

    private final Environment environment;
    private final long seed;
    private final Path evidence;
    private final PrintStream out;
    private final Tally tally = new Tally();
    private List<String> missing = List.of();

    /** @param evidence the directory for schedules, and for evidence after a failure */
    Gate(Environment environment, long seed, Path evidence, PrintStream out) {
        this.environment = environment;
        this.seed = seed;
        this.evidence = evidence;
        this.out = out;
    }

    /** Injects the faults of the layers that fit into the time. */
    void run(Set<Layer> layers, double minutes) throws Exception {
        Deadline end = Deadline.in((long) (minutes * 60 * FAULT_TIME_SHARE));
        long connections = Usage.now(environment).connections();
        List<Trial> here = new ArrayList<>();
        List<LongRunningTrial> longRunning = new ArrayList<>();
        try {
            ExecutorService background = Executors.newCachedThreadPool();
            Future<Void> processes = background.submit(() -> startProcesses(layers, longRunning, background));
            Map<Guarantee, List<Site>> sites = survey(here);
            for (int trial = here.size(); trial < trials(Layer.JVM); trial++) {
                here.add(warm(guarantee(Layer.JVM, trial)));
            }
            join(List.of(processes), List.of(background));
            collectGarbage();
            Usage baseline = Usage.now(environment).withConnections(connections);
            ScheduleGenerator generator = new ScheduleGenerator(seed, sites, minutes);
            run(layers, here, longRunning, generator, end);
            checkLeaks(baseline, longRunning);
            missing = tally.shortOf(layers, minutes);
        } finally {
            here.forEach(Trial::close);
            longRunning.forEach(LongRunningTrial::close);
        }
    }

    /** Prepares the trials that run in processes. */
    private Void startProcesses(Set<Layer> layers, List<LongRunningTrial> longRunning, ExecutorService threads)
            throws Exception {
        recordClassArchive(layers);
        for (int trial = 0; layers.contains(Layer.LONG_RUNNING) && trial < trials(Layer.LONG_RUNNING); trial++) {
            longRunning.add(new LongRunningTrial(environment, guarantee(Layer.LONG_RUNNING, trial), seed));
        }
        List<Callable<Void>> warmUps = new ArrayList<>();
        longRunning.forEach(trial -> warmUps.add(trial::warmUp));
        for (Future<Void> warmUp : threads.invokeAll(warmUps)) {
            warmUp.get();
        }
        return null;
    }

    /** Injects the faults of an earlier schedule, in its order. */
    void replay(Schedule schedule) throws Exception {
        recordClassArchive(Set.of(schedule.layer()));
        try (Trial trial = trial(schedule.layer(), schedule.subject())) {
            trial.warmUp();
            inject(schedule, trial, Deadline.in(REPLAY_SECONDS));
        }
    }

    /** Prints the result and saves evidence of failures; returns whether there are no findings. */
    boolean finish() throws IOException {
        tally.requireFaults();
        out.println("injected " + tally.actions());
        out.println(tally.sites());
        out.println(tally.slowestCatchUp());
        out.println(
                missing.isEmpty()
                        ? "all due faults were injected"
                        : "note (not a failure): fewer faults than due were injected in the time: " + missing);
        tally.findings().forEach(out::println);
        if (!tally.clean()) {
            environment.keepLogs(evidence);
            out.println("Evidence is in " + evidence + ". To repeat: ./chaos --replay " + evidence + "/TRIAL.schedule");
        }
        out.println(tally.line(seed));
        return tally.clean();
    }

    private Trial trial(Layer layer, Subject subject) throws SQLException {
        return new Trial(environment, subject, seed, 1, layer.hosting(environment));
    }

    /** Finds the sites of each guarantee, one trial each at the same time. */
    private Map<Guarantee, List<Site>> survey(List<Trial> trials) throws Exception {
        Map<Guarantee, List<Site>> sites = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(Guarantee.values().length);
        List<Future<List<Site>>> found = new ArrayList<>();
        for (Guarantee guarantee : Guarantee.values()) {
            Trial trial = trial(Layer.JVM, guarantee);
            trials.add(trial);
            found.add(threads.submit(() -> trial.survey(SURVEY_ROUNDS)));
        }
        join(found, List.of(threads));
        for (Guarantee guarantee : Guarantee.values()) {
            sites.put(guarantee, found.get(sites.size()).get());
            out.println(
                    guarantee + ": " + sites.getOrDefault(guarantee, List.of()).size() + " sites");
        }
        return sites;
    }

    /** Runs a first driver, which records the class archive that later ones start from. */
    private void recordClassArchive(Set<Layer> layers) throws Exception {
        if (layers.equals(Set.of(Layer.JVM))) {
            return;
        }
        try (Trial trial = trial(Layer.DRIVERS, Guarantee.UPSERT_EXACTLY_ONCE)) {
            trial.warmUp();
            trial.shutDown();
        }
        environment.archive().recorded();
    }

    private Trial warm(Guarantee guarantee) throws Exception {
        Trial trial = trial(Layer.JVM, guarantee);
        trial.warmUp();
        trial.stop();
        return trial;
    }

    private void run(
            Set<Layer> layers,
            List<Trial> here,
            List<LongRunningTrial> longRunning,
            ScheduleGenerator generator,
            Deadline end)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(here.size() + longRunning.size());
        ExecutorService processes = Executors.newFixedThreadPool(PROCESS_TRIALS);
        List<Future<Void>> trials = new ArrayList<>();
        for (Layer layer : new TreeSet<>(layers).descendingSet()) { // slowest first
            for (int trial = 0; trial < trials(layer); trial++) {
                Schedule schedule = generator.generate(layer, guarantee(layer, trial), trial);
                schedule.write(evidence);
                trials.add(
                        switch (layer) {
                            case JVM -> threads.submit(onWarm(schedule, here.get(trial), end));
                            case LONG_RUNNING -> threads.submit(onLongRunning(schedule, longRunning.get(trial), end));
                            case DRIVERS, EXECUTORS -> processes.submit(onProcess(schedule, end));
                        });
            }
        }
        join(trials, List.of(threads, processes));
    }

    private static int trials(Layer layer) {
        return layer.guarantees().size() * layer.trialsPerGuarantee();
    }

    private static Guarantee guarantee(Layer layer, int trial) {
        return layer.guarantees().get(trial % layer.guarantees().size());
    }

    private Callable<Void> onWarm(Schedule schedule, Trial trial, Deadline end) {
        return () -> {
            inject(schedule, trial, end);
            trial.stop();
            return null;
        };
    }

    private Callable<Void> onLongRunning(Schedule schedule, LongRunningTrial longRunning, Deadline end) {
        return () -> {
            longRunning.recordBaseline();
            return onWarm(schedule, longRunning.trial(), end).call();
        };
    }

    private Callable<Void> onProcess(Schedule schedule, Deadline end) {
        return () -> {
            try (Trial trial = trial(schedule.layer(), schedule.subject())) {
                inject(schedule, trial, end);
            }
            return null;
        };
    }

    private static <T> void join(List<Future<T>> trials, List<ExecutorService> pools) throws Exception {
        try {
            for (Future<T> trial : trials) {
                trial.get();
            }
        } finally {
            pools.forEach(ExecutorService::shutdownNow);
        }
    }

    private void inject(Schedule schedule, Trial trial, Deadline end) throws Exception {
        Files.createDirectories(evidence);
        Path journal = evidence.resolve(schedule.name() + ".journal");
        try (PrintStream log = new PrintStream(Files.newOutputStream(journal), true, StandardCharsets.UTF_8)) {
            inject(trial, new TrialRunner(trial, schedule, tally, out, log), schedule.name(), end);
        }
    }

    private void inject(Trial trial, TrialRunner runner, String name, Deadline end) throws Exception {
        Observer observer = trial.observer();
        try (observer) {
            runner.run(end);
        } catch (SQLException | IOException | IllegalStateException e) { // does not stop the other trials
            runner.fail(e.toString());
        }
        tally.partial(name, observer.findings());
        out.println(name + ": observed in " + observer.snapshots() + " snapshots");
        if (!runner.clean() || !observer.findings().isEmpty()) {
            trial.keep(evidence.resolve(name));
        }
    }

    private void checkLeaks(Usage baseline, List<LongRunningTrial> longRunning) throws Exception {
        Deadline deadline = Deadline.in(RELEASE_SECONDS);
        List<String> leaks = leaks(baseline, longRunning);
        while (!leaks.isEmpty() && deadline.open()) {
            Deadline.pause(100);
            leaks = leaks(baseline, longRunning);
        }
        tally.leaks(leaks);
        for (LongRunningTrial trial : longRunning) {
            out.println(trial.describe());
        }
    }

    private List<String> leaks(Usage baseline, List<LongRunningTrial> longRunning) throws Exception {
        List<String> leaks = new ArrayList<>();
        for (LongRunningTrial trial : longRunning) {
            leaks.addAll(trial.leaks());
        }
        List<String> here = Usage.now(environment).leaksOver(baseline);
        if (!here.isEmpty()) {
            collectGarbage();
        }
        leaks.addAll(here);
        return leaks;
    }

    /** See {@link DriverProcess#collectGarbage}. */
    private static void collectGarbage() {
        ManagementFactory.getMemoryMXBean().gc();
    }
}
