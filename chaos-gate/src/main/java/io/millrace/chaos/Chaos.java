package io.millrace.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./chaos}: injects faults into running sinks and checks the tables they write. */
@Command(
        name = "./chaos",
        mixinStandardHelpOptions = true,
        description =
                "Kills drivers, executors and servers, cuts connections, and checks the tables for lost, duplicated or"
                        + " partial batches. Exits with 1 if it finds any.")
final class Chaos implements Callable<Integer> {
    private static final double LONG_RUNNING_MINUTES = 5;

    private final PrintStream out = System.out;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of the random faults. Default: the current time.")
    private long seed = System.currentTimeMillis();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Maximum duration; the number of faults is scaled to it (100 %% at 20 minutes)."
                    + " Default: ${DEFAULT-VALUE}.")
    private double minutes = 3;

    @Option(
            names = "--layer",
            paramLabel = "L",
            description = "Runs only this layer: ${COMPLETION-CANDIDATES}."
                    + " Default: all; long_running only if there are at least five minutes.")
    private List<Layer> layers = new ArrayList<>();

    @Option(names = "--replay", paramLabel = "FILE", description = "Injects the faults of a schedule file again.")
    private @Nullable Path replay;

    @Option(
            names = "--calibrate",
            description = "Checks the checker: runs sinks with known bugs, each of which it must detect.")
    private boolean calibrate;

    @Option(
            names = "--bug",
            paramLabel = "B",
            description = "With --calibrate, only this bug: ${COMPLETION-CANDIDATES}.")
    private List<Bug> bugs = new ArrayList<>(List.of(Bug.values()));

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Chaos()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Schedule schedule = replay == null ? null : Schedule.read(replay);
        if (schedule != null) {
            seed = schedule.seed();
        }
        out.println("seed=" + seed);
        Path directory = Files.createTempDirectory("chaos-").toAbsolutePath();
        try (Environment environment = Environment.start(directory)) {
            return run(environment, schedule) ? 0 : 1;
        } finally {
            delete(directory);
        }
    }

    private boolean run(Environment environment, @Nullable Schedule schedule) throws Exception {
        Path evidence = Path.of(System.getProperty("chaos.build", "chaos-gate/target"), "evidence");
        if (calibrate) {
            return new Calibration(environment, seed, evidence, out).run(bugs);
        }
        Gate gate = new Gate(environment, seed, evidence, out);
        try {
            if (schedule == null) {
                gate.run(layers(), minutes);
            } else {
                gate.replay(schedule);
            }
        } catch (IllegalStateException e) { // such as a broker that does not answer
            environment.keepLogs(evidence);
            out.println(environment.describeBroker());
            throw e;
        }
        return gate.finish();
    }

    /** The baseline of long-running drivers alone takes more than half a minute. */
    private Set<Layer> layers() {
        Set<Layer> all = EnumSet.allOf(Layer.class);
        if (minutes < LONG_RUNNING_MINUTES) {
            all.remove(Layer.LONG_RUNNING);
        }
        return layers.isEmpty() ? all : EnumSet.copyOf(layers);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
