package io.millrace.benchmarks;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The main class of {@code ./bench NAME}. */
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
            "proofs",
            new ProofsBenchmark(),
            "realtime",
            new RealTimeBenchmark(),
            "testkit",
            new TestkitBenchmark(),
            "types",
            new TypesBenchmark()));

    private Benchmarks() {}

    static Set<String> names() {
        return ALL.keySet();
    }

    /** Runs a benchmark and returns its last line. */
    static String run(String name, Scale scale) throws Exception {
        return Objects.requireNonNull(ALL.get(name), name).run(scale);
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1 || !names().contains(arguments[0])) {
            System.err.println("Usage: ./bench NAME. Benchmarks: " + String.join(", ", names()));
            System.exit(2);
            return;
        }
        System.out.println(run(arguments[0], Scale.FULL));
    }
}
