package io.millrace.benchmarks;

import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.KeyFuzz;
import io.millrace.sinks.jdbc.KeyFuzzServer;
import io.millrace.sinks.jdbc.MariaDbKeyFuzz;
import io.millrace.sinks.jdbc.PostgresKeyFuzz;
import io.millrace.testkit.servers.TestMariaDb;
import io.millrace.testkit.servers.TestPostgres;
import java.util.List;

/**
 * Checks upserts for keys of all types and collations: writes random rows by all methods, and compares the tables with
 * those that the database produces for the same rows, one at a time.
 */
final class KeysBenchmark implements Benchmark {
    private static final long SEED = 20_261_128;

    @Override
    public String run(Scale scale) throws Exception {
        try (TestPostgres postgres =
                TestPostgres.configured().setting("fsync", "off").start()) {
            return figures(List.of(
                    fuzzed(new PostgresKeyFuzz(Database.at(postgres)), scale),
                    fuzzed(new MariaDbKeyFuzz(Database.at(TestMariaDb.shared())), scale)));
        }
    }

    private static KeyFuzz fuzzed(KeyFuzzServer server, Scale scale) throws Exception {
        KeyFuzzServer used = scale == Scale.FULL ? server : new FewKeys(server);
        KeyFuzz fuzz = new KeyFuzz(used, SEED, System.out::println);
        if (scale == Scale.FULL) {
            fuzz.large(100_000);
        } else {
            fuzz.small(1, 5);
        }
        fuzz.rows().forEach((family, rows) -> System.out.println(family + ": " + rows + " rows"));
        return fuzz;
    }

    private static String figures(List<KeyFuzz> fuzzes) {
        return "keys.rows="
                + fuzzes.stream()
                        .flatMap(fuzz -> fuzz.rows().values().stream())
                        .mapToLong(Long::longValue)
                        .sum()
                + " types=" + fuzzes.stream().mapToInt(KeyFuzz::kinds).sum() + " differences="
                + fuzzes.stream().mapToLong(KeyFuzz::differences).sum();
    }
}
