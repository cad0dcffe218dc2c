package io.millrace.benchmarks;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** Runs one contender and prints a line for each scenario; in its own JVM, not warmed up by the others. */
final class TestkitContender {
    private TestkitContender() {}

    public static void main(String[] arguments) throws Exception {
        run(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), System.out);
    }

    static void run(String contender, int warmUp, int steps, PrintStream out) throws Exception {
        try (Recording forks = new Recording()) {
            forks.enable("jdk.ProcessStart");
            forks.start();
            try (BatchRunner runner = runner(contender)) {
                for (BatchScenario scenario : BatchScenario.values()) {
                    double[] millis = measure(runner, scenario, warmUp, steps);
                    out.printf(
                            Locale.ROOT,
                            "%s %.3f %.3f %.3f %d%n",
                            scenario,
                            millis[millis.length / 2],
                            millis[0],
                            millis[millis.length - 1],
                            millis.length);
                }
            }
            out.println("FORKS " + count(forks));
        }
    }

    private static BatchRunner runner(String name) {
        return switch (name) {
            case "defaults" -> PlainSparkBatches.withDefaults();
            case "one-partition" -> PlainSparkBatches.withOnePartition();
            case "testkit" -> new KitBatches();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Returns the milliseconds per batch of each step, sorted. */
    private static double[] measure(BatchRunner runner, BatchScenario scenario, int warmUp, int steps)
            throws Exception {
        try (BatchRunner.Steps running = runner.start(scenario)) {
            double[] all = new double[warmUp + steps];
            for (int step = 0; step < all.length; step++) {
                var rows = scenario.rows(step);
                long start = System.nanoTime();
                running.step(rows);
                all[step] = (System.nanoTime() - start) / 1e6 / scenario.batchesPerStep();
            }
            return IntStream.range(warmUp, all.length)
                    .mapToDouble(step -> all[step])
                    .sorted()
                    .toArray();
        }
    }

    private static long count(Recording forks) throws Exception {
        Path file = Files.createTempFile("forks", ".jfr");
        try {
            forks.stop();
            forks.dump(file);
            return RecordingFile.readAllEvents(file).size();
        } finally {
            Files.delete(file);
        }
    }
}
