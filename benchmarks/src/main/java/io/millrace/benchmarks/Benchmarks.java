package io.millrace.benchmarks;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The main class of {@code ./bench NAME}. */
final class Benchmarks {
    private static final Map<String, Benchmark> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry("badrows", new BadRowsBenchmark()),
            Map.entry("batch", new BatchBenchmark()),
            Map.entry("branches", new BranchesBenchmark()),
            Map.entry("consumer", new ConsumerBenchmark()),
            Map.entry("growth", new GrowthBenchmark()),
            Map.entry("guard", new GuardBenchmark()),
            Map.entry("jdbc", new JdbcBenchmark()),
            Map.entry("job", new JobBenchmark()),
            Map.entry("json", new JsonBenchmark()),
            Map.entry("keys", new KeysBenchmark()),
            Map.entry("latency", new LatencyBenchmark()),
            Map.entry("lookup", new LookupBenchmark()),
            Map.entry("mariadb", new MariaDbBenchmark()),
            Map.entry("proofs", new ProofsBenchmark()),
            Map.entry("realtime", new RealTimeBenchmark()),
            Map.entry("scaling", new ScalingBenchmark()),
            Map.entry("testkit", new TestkitBenchmark()),
            Map.entry("types", new TypesBenchmark())));

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
