package io.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.package$;

/**
 * How long a micro-batch of a test takes, in the testkit and without it; a JVM for each contender, one after the other.
 */
final class TestkitBenchmark implements Benchmark {
    /** The result of one contender: a line a scenario, and the processes that its JVM forked. */
    private record Result(Map<BatchScenario, double[]> millis, long forks) {
        double median(BatchScenario scenario) {
            return figures(scenario)[0];
        }

        double[] figures(BatchScenario scenario) {
            return Objects.requireNonNull(millis.get(scenario));
        }
    }

    @Override
    public String run() throws Exception {
        System.out.printf(
                "Spark %s, Java %s, %d cores; milliseconds a batch, median (min - max) of so many steps%n%n",
                package$.MODULE$.SPARK_VERSION(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        Result testkit = measure("testkit", 15, 40);
        Result onePartition = measure("one-partition", 10, 30);
        // 200 shuffle partitions and as many state files a batch: a step takes many seconds.
        Result defaults = measure("defaults", 1, 2);
        double againstOne = Math.min(
                ratio(onePartition, testkit, BatchScenario.STATELESS),
                ratio(onePartition, testkit, BatchScenario.AGGREGATED));
        return String.format(
                Locale.ROOT,
                "testkit.stateless_ms=%.1f testkit.aggregated_ms=%.1f testkit.vs_one_partition=%.1f"
                        + " testkit.vs_defaults=%.0f forks=%d",
                testkit.median(BatchScenario.STATELESS),
                testkit.median(BatchScenario.AGGREGATED),
                againstOne,
                ratio(defaults, testkit, BatchScenario.AGGREGATED),
                testkit.forks());
    }

    private static double ratio(Result slow, Result fast, BatchScenario scenario) {
        return slow.median(scenario) / fast.median(scenario);
    }

    private static Result measure(String contender, int warmUp, int steps) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("@benchmarks/target/java.options");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TestkitContender.class.getName()));
        command.addAll(List.of(contender, Integer.toString(warmUp), Integer.toString(steps)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process process = builder.start();
        Result result = read(contender, process);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(contender + " ended with " + process.exitValue());
        }
        return result;
    }

    private static Result read(String contender, Process process) throws Exception {
        Map<BatchScenario, double[]> millis = new LinkedHashMap<>();
        long forks = -1;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("FORKS")) {
                    forks = Long.parseLong(words[1]);
                    System.out.printf("%-14s forked %d processes%n", contender, forks);
                } else {
                    double[] figures = {
                        Double.parseDouble(words[1]), Double.parseDouble(words[2]), Double.parseDouble(words[3])
                    };
                    millis.put(BatchScenario.valueOf(words[0]), figures);
                    System.out.printf(
                            Locale.ROOT,
                            "%-14s %-11s %10.1f (%.1f - %.1f) of %s%n",
                            contender,
                            words[0].toLowerCase(Locale.ROOT),
                            figures[0],
                            figures[1],
                            figures[2],
                            words[4]);
                }
            }
        }
        return new Result(millis, forks);
    }
}
