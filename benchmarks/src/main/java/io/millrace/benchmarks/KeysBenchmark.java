package io.millrace.benchmarks;

import io.millrace.core.Secret;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.KeyFuzz;
import io.millrace.sinks.jdbc.MariaDbKeyFuzz;
import io.millrace.sinks.jdbc.PostgresKeyFuzz;
import io.millrace.testkit.servers.TestMariaDb;
import io.millrace.testkit.servers.TestPostgres;
import java.util.List;

/**
 * Whether tables end as the database alone would leave them, whatever their keys: random rows with keys of every type
 * and collation through every verb, against the same rows one at a time.
 */
final class KeysBenchmark implements Benchmark {
    private static final long ROWS_PER_FAMILY = 100_000;
    private static final long SEED = 20_261_128;

    @Override
    public String run() throws Exception {
        try (TestPostgres postgres =
                TestPostgres.configured().setting("fsync", "off").start()) {
            Database database =
                    Database.at(postgres.jdbcUrl()).user(postgres.user()).password(Secret.from(postgres::password));
            return figures(List.of(
                    fuzzed(new KeyFuzz(new PostgresKeyFuzz(database), SEED, System.out::println)),
                    fuzzed(new KeyFuzz(new MariaDbKeyFuzz(mariaDb()), SEED, System.out::println))));
        }
    }

    private static Database mariaDb() {
        TestMariaDb server = TestMariaDb.shared();
        return Database.at(server.jdbcUrl()).user(server.user()).password(Secret.from(server::password));
    }

    private static KeyFuzz fuzzed(KeyFuzz fuzz) throws Exception {
        fuzz.large(ROWS_PER_FAMILY);
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
