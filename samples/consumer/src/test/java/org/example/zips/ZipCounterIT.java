package org.example.zips;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testkit.servers.TestPostgres;
import io.millrace.testkit.servers.TestSpark;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the jar of this project by spark-submit on a cluster of two workers that has only Spark's jars. */
@Timeout(240)
class ZipCounterIT {
    private static final int FILES = 24;
    private static final int ROWS = 1_000;

    @Test
    void countsExactlyOnACluster(@TempDir Path directory) throws Exception {
        Map<String, Long> expected = writeHits(Files.createDirectory(directory.resolve("hits")));
        try (TestPostgres postgres = TestPostgres.start();
                TestSpark cluster = TestSpark.configured().classPath(sparksJars()).start()) {
            postgres.execute("create table zip_hits (zip text primary key, count bigint not null)");
            Path password = Files.writeString(directory.resolve("password"), postgres.password());

            Path log = directory.resolve("spark-submit.log");
            Process submit = new ProcessBuilder(
                            cluster.home().resolve("bin/spark-submit").toString(),
                            "--master", cluster.master(),
                            "--executor-cores", "1",
                            "--executor-memory", "512m",
                            "--conf", "spark.driver.host=127.0.0.1",
                            "--conf", "spark.sql.shuffle.partitions=4",
                            "--class", "org.example.zips.ZipCounter",
                            System.getProperty("job.jar"),
                            directory.resolve("hits").toString(),
                            directory.resolve("checkpoint").toString(),
                            postgres.jdbcUrl(),
                            postgres.user(),
                            password.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Set<String> executors = new TreeSet<>();
            Set<String> hosts = new TreeSet<>();
            while (!submit.waitFor(200, TimeUnit.MILLISECONDS)) {
                cluster.executors().forEach(executor -> {
                    executors.add(executor.id());
                    hosts.add(executor.host());
                });
            }

            assertEquals(0, submit.exitValue(), Files.readString(log));
            assertEquals(expected, counts(postgres));
            assertTrue(executors.size() > 1, "executor JVMs: " + executors);
            assertEquals(Set.of("127.0.0.2", "127.0.0.3"), hosts);
            System.out.printf(
                    "consumer: exact, rows=%d zips=%d executors=%d hosts=%d%n",
                    expected.values().stream().mapToLong(count -> count).sum(),
                    expected.size(),
                    executors.size(),
                    hosts.size());
        }
    }

    private static Map<String, Long> writeHits(Path directory) throws Exception {
        Map<String, Long> expected = new TreeMap<>();
        for (int file = 0; file < FILES; file++) {
            List<String> lines = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                String zip = String.format("%05d", (file * 31 + row * row) % 97);
                expected.merge(zip, 1L, Long::sum);
                lines.add("{\"zip\":\"" + zip + "\"}");
            }
            lines.add("{\"zip\":");
            Files.write(directory.resolve("hits-" + file + ".json"), lines);
        }
        return expected;
    }

    private static Map<String, Long> counts(TestPostgres postgres) throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select zip, count from zip_hits")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    private static List<Path> sparksJars() throws Exception {
        String classPath = Files.readString(Path.of(System.getProperty("spark.classpath")));
        return Stream.of(classPath.strip().split(File.pathSeparator)).map(Path::of).toList();
    }
}
