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

/** {@code ./chaos}: faults on purpose against the sinks, and what they did to the tables. */
@Command(
        name = "./chaos",
        mixinStandardHelpOptions = true,
        description = "Breaks the sinks on purpose and holds their tables against the truth; exit 1 on any drift.")
final class Chaos implements Callable<Integer> {
    private static final double MINUTES_FOR_RESIDENTS = 5;

    private final PrintStream out = System.out;

    @Option(names = "--seed", paramLabel = "S", description = "What everything is drawn from. Default: the time.")
    private long seed = System.currentTimeMillis();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description =
                    "How long at the most; the faults of 20 minutes are cut to it." + " Default ${DEFAULT-VALUE}.")
    private double minutes = 3;

    @Option(
            names = "--layer",
            paramLabel = "L",
            description = "Only this one: ${COMPLETION-CANDIDATES}."
                    + " Default: all, and residents where there are five minutes.")
    private List<Layer> layers = new ArrayList<>();

    @Option(names = "--replay", paramLabel = "FILE", description = "Runs a schedule again.")
    private @Nullable Path replay;

    @Option(names = "--calibrate", description = "Plants bugs, each of which must be caught.")
    private boolean calibrate;

    @Option(names = "--bug", paramLabel = "B", description = "With --calibrate, only: ${COMPLETION-CANDIDATES}.")
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
        try (Environment rig = Environment.start(directory)) {
            return run(rig, schedule) ? 0 : 1;
        } finally {
            delete(directory);
        }
    }

    private boolean run(Environment rig, @Nullable Schedule schedule) throws Exception {
        Path evidence = Path.of("chaos-gate", "target", "evidence");
        if (calibrate) {
            return new Calibration(rig, seed, evidence, out).run(bugs);
        }
        Gate gate = new Gate(rig, seed, evidence, out);
        if (schedule == null) {
            gate.prove(layers(), minutes);
        } else {
            gate.replay(schedule);
        }
        return gate.finish();
    }

    /** Before a resident meets its first fault, it has been at rest for more than half a minute. */
    private Set<Layer> layers() {
        Set<Layer> all = EnumSet.allOf(Layer.class);
        if (minutes < MINUTES_FOR_RESIDENTS) {
            all.remove(Layer.RESIDENTS);
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
