package io.millrace.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Runs schedules against every guarantee, and says at the end what has drifted. */
final class Gate {
    /** With a hundred crashes come so many of each. */
    private static final Map<Action, Integer> IN_THIS_JVM = Map.of(
            Action.DATABASE_KILL, 4,
            Action.LOST_REPLY, 10,
            Action.RESET, 10,
            Action.BLACK_HOLE, 2,
            Action.DEADLOCK, 5,
            Action.BROKER_KILL, 1,
            Action.ZOMBIE, 3);

    private static final Map<Action, Integer> OF_PROCESSES =
            Map.of(Action.TERMINATE, 15, Action.PAUSE, 10, Action.SECOND_DRIVER, 5);
    private static final int SURVEY = 3;
    /** A process takes seconds to begin. */
    private static final int SURVEY_OF_PROCESSES = 1;

    private static final int WARM_UP = 6;
    private static final int MOST_FAULTS = 2_000;
    private static final long SETTLES_SECONDS = 30;

    private final Rig rig;
    private final long seed;
    private final Path evidence;
    private final PrintStream out;
    private final Tally tally = new Tally();

    /** @param evidence where schedules go before the run, and all else after a failure */
    Gate(Rig rig, long seed, Path evidence, PrintStream out) {
        this.rig = rig;
        this.seed = seed;
        this.evidence = evidence;
        this.out = out;
    }

    /** Crashes in this JVM, with faults of network, database and broker between them. */
    void inThisJvm(Duration time) throws Exception {
        Trial.Hosting here = job -> Writer.inThisJvm(rig.spark(), job);
        Usage baseline = warmUp(here);
        sideBySide(time, SURVEY, here, seed -> new Mix(seed, Action.CRASH, IN_THIS_JVM));
        settle(baseline);
    }

    /** SIGKILL, SIGTERM, SIGSTOP and second drivers, for drivers that are processes. */
    void ofDrivers(Duration time) throws Exception {
        Trial.Hosting children = job -> Child.launcher(job, "local[4]", rig.directory());
        sideBySide(time, SURVEY_OF_PROCESSES, children, seed -> new Mix(seed, Action.KILL, OF_PROCESSES));
    }

    /** SIGKILL of executors that are processes. */
    void ofExecutors(Duration time) throws Exception {
        LocalCluster.prepare(rig.directory());
        Trial.Hosting cluster = job -> Child.launcher(job, LocalCluster.MASTER, rig.directory());
        run(
                Guarantee.APPEND_EXACTLY_ONCE,
                cluster,
                new Mix(seed, Action.EXECUTOR_KILL, Map.of()),
                time,
                SURVEY_OF_PROCESSES);
    }

    /** The faults of a schedule that was written before, in its order. */
    void replay(Schedule schedule) throws Exception {
        Guarantee guarantee = Guarantee.valueOf(schedule.subject());
        try (Trial trial = new Trial(rig, guarantee, seed, 1, job -> Writer.inThisJvm(rig.spark(), job))) {
            trial.survey(SURVEY);
            meet(trial, schedule, Deadline.in(Duration.ofHours(1).toSeconds()));
        }
    }

    /** Prints the last line, and keeps what explains a failure; whether all is clean. */
    boolean finish() throws IOException {
        out.println("struck " + tally.actions());
        tally.findings().forEach(out::println);
        if (!tally.clean()) {
            copyIfThere(rig.postgres().directory().resolve("server.log"), evidence.resolve("postgres.log"));
            copyIfThere(rig.directory().resolve("drivers.log"), evidence.resolve("drivers.log"));
            out.println("Kept in " + evidence + ". Again: ./chaos --replay " + evidence + "/SUBJECT.schedule");
        }
        out.println(tally.line(seed));
        return tally.clean();
    }

    /** A lane for each guarantee, so that a fault of the database or the broker meets them all at once. */
    private void sideBySide(Duration time, int rounds, Trial.Hosting hosting, LongFunction<Mix> mix) throws Exception {
        ExecutorService lanes = Executors.newFixedThreadPool(Guarantee.values().length);
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (Guarantee guarantee : Guarantee.values()) {
                running.add(lanes.submit(() -> {
                    run(guarantee, hosting, mix.apply(seed + guarantee.name().hashCode()), time, rounds);
                    return null;
                }));
            }
            for (Future<Void> lane : running) {
                lane.get();
            }
        } finally {
            lanes.shutdownNow();
        }
    }

    private void run(Guarantee guarantee, Trial.Hosting hosting, Mix mix, Duration time, int rounds) throws Exception {
        try (Trial trial = new Trial(rig, guarantee, seed, 1, hosting)) {
            List<String> sites = trial.survey(rounds);
            Schedule schedule = new Schedule(seed, guarantee.toString(), mix.draw(sites, MOST_FAULTS));
            out.println(guarantee + ": " + sites.size() + " sites");
            meet(trial, schedule, Deadline.in(time.toSeconds()));
        }
    }

    private void meet(Trial trial, Schedule schedule, Deadline end) throws Exception {
        Files.createDirectories(evidence);
        schedule.write(evidence.resolve(schedule.subject() + ".schedule"));
        Lane lane = new Lane(trial, schedule, tally, out);
        Observer observer = trial.observer();
        try (observer) {
            lane.run(end);
        } catch (IllegalStateException e) {
            lane.fail(String.valueOf(e.getMessage()));
        }
        tally.partial(schedule.subject(), observer.findings());
        out.println(schedule.subject() + ": watched in " + observer.looks() + " snapshots");
        if (!lane.clean() || !observer.findings().isEmpty()) {
            trial.keep(evidence.resolve(schedule.subject()));
        }
    }

    /** What all this takes when nothing is wrong: measured behind a first round of crashes, at rest. */
    private Usage warmUp(Trial.Hosting here) throws Exception {
        List<Usage> used = new ArrayList<>();
        for (Guarantee guarantee : Guarantee.values()) {
            try (Trial trial = new Trial(rig, guarantee, seed, 1, here)) {
                for (Fault fault : new Mix(seed, Action.CRASH, Map.of()).draw(trial.survey(SURVEY), WARM_UP)) {
                    trial.meet(fault);
                }
                trial.check();
                used.add(Usage.now(rig));
            }
        }
        return used.stream().reduce(Usage::most).orElseThrow();
    }

    private void settle(Usage baseline) throws Exception {
        Deadline deadline = Deadline.in(SETTLES_SECONDS);
        List<String> leaks = Usage.now(rig).leaksOver(baseline);
        while (!leaks.isEmpty() && deadline.open()) {
            Deadline.pause();
            leaks = Usage.now(rig).leaksOver(baseline);
        }
        tally.leaks(leaks);
    }

    private static void copyIfThere(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
