package io.millrace.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/** What {@code ./bench NAME} runs. */
final class Benchmarks {
    private static final Map<String, Benchmark> ALL = new TreeMap<>(Map.of(
            "badrows",
            new BadRowsBenchmark(),
            "jdbc",
            new JdbcBenchmark(),
            "json",
            new JsonBenchmark(),
            "keys",
            new KeysBenchmark(),
            "mariadb",
            new MariaDbBenchmark(),
            "testkit",
            new TestkitBenchmark()));

    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        Benchmark benchmark = arguments.length == 1 ? ALL.get(arguments[0]) : null;
        if (benchmark == null) {
            System.err.println("./bench NAME, where NAME is one of " + String.join(", ", ALL.keySet()));
            System.exit(2);
            return;
        }
        System.out.println(benchmark.run());
    }
}
