package io.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.package$;

/** Measures the duration of a micro-batch in tests with and without the testkit, each contender in its own JVM. */
final class TestkitBenchmark implements Benchmark {
    /** The result of a contender: figures for each scenario, and the number of processes that its JVM forked. */
    private record Result(Map<BatchScenario, double[]> millis, long forks) {
        double median(BatchScenario scenario) {
            return figures(scenario)[0];
        }

        double[] figures(BatchScenario scenario) {
            return Objects.requireNonNull(millis.get(scenario));
        }
    }

    @Override
    public String run(Scale scale) throws Exception {
        System.out.printf(
                "Spark %s, Java %s, %d cores; milliseconds per batch, median (min - max) of the steps%n%n",
                package$.MODULE$.SPARK_VERSION(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        Result testkit = measure("testkit", scale.of(15, 0), scale.of(40, 1), scale);
        Result onePartition = measure("one-partition", scale.of(10, 0), scale.of(30, 1), scale);
        // 200 shuffle partitions with a state file each per batch: a step takes many seconds.
        Result defaults = measure("defaults", scale.of(1, 0), scale.of(2, 1), scale);
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

    private static Result measure(String contender, int warmUp, int steps, Scale scale) throws Exception {
        if (scale == Scale.SMOKE) {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            try (PrintStream out = new PrintStream(lines, true, StandardCharsets.UTF_8)) {
                TestkitContender.run(contender, warmUp, steps, out);
            }
            return read(contender, new ByteArrayInputStream(lines.toByteArray()));
        }
        return measureInNewJvm(contender, warmUp, steps);
    }

    private static Result measureInNewJvm(String contender, int warmUp, int steps) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.add("@" + System.getProperty("benchmarks.options", "benchmarks/target/java.options"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TestkitContender.class.getName()));
        command.addAll(List.of(contender, Integer.toString(warmUp), Integer.toString(steps)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process process = builder.start();
        Result result = read(contender, process.getInputStream());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(contender + " exited with " + process.exitValue());
        }
        return result;
    }

    private static Result read(String contender, InputStream output) throws Exception {
        Map<BatchScenario, double[]> millis = new LinkedHashMap<>();
        long forks = -1;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
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
