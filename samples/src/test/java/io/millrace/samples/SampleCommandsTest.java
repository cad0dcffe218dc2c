package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.samples.demo.DemoDatabase;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each command of README.md, in this JVM except for those that end by Ctrl-C. */
@Timeout(120)
class SampleCommandsTest {
    private static final String COMMAND = "./sample ";

    /** Expected output of samples that print more than the number of rows. */
    private static final Map<String, List<String>> OUTPUT = Map.of(
            "late-words", List.of("dropped by the watermark: 1"),
            "to-parquet", List.of("rejected: ", "outputMode(Complete)"),
            "jdbc-upsert", List.of("| 94105 |     3 |"),
            "jdbc-exactly-once", List.of("| 94105 | 202"),
            "continuous", List.of("94105={\"zip\":\"94105\""),
            "backfill", List.of("backfill: 6 rows read in 2 batches, 5 written"));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Path directory;

    SampleCommandsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    static List<String> commandsOfTheReadme() throws IOException {
        return readme(COMMAND);
    }

    @Test
    void eachSampleIsInTheReadme() throws IOException {
        assertThat(commandsOfTheReadme())
                .containsExactlyElementsOf(Samples.programs().keySet());
    }

    @ParameterizedTest
    @MethodSource("commandsOfTheReadme")
    void eachCommandOfTheReadmeSucceedsAndPrintsItsResult(String command) {
        assertThat(run(command.split(" +"))).as(text(err)).isZero();

        assertThat(text(out)).contains(OUTPUT.getOrDefault(command, List.of(command + ": ")));
        assertThat(text(err)).isEmpty();
    }

    @Test
    void commandWithUserServersRunsUntilCtrlC() throws Exception {
        TestKafka kafka = TestKafka.shared();
        TestPostgres postgres = TestPostgres.shared();
        kafka.createTopic("hits", 1);
        Records.send(kafka.bootstrapServers(), "hits", SampleEnvironment.HITS);
        postgres.execute(
                "drop table if exists " + JdbcUpsertOfCounts.TABLE,
                "create table " + JdbcUpsertOfCounts.TABLE + " (" + JdbcUpsertOfCounts.COLUMNS + ")");
        String command = readme("PGPASSWORD=... ./sample ")
                .get(0)
                .replace("localhost:9092", kafka.bootstrapServers())
                .replace("jdbc:postgresql://localhost/shop", postgres.jdbcUrl())
                .replace("--user me", "--user " + postgres.user());

        Process program = start(command.split(" +"));
        await(program, () -> countOf("94105").equals("3"));
        endByCtrlC(program);

        assertThat(countOf("94105")).isEqualTo("3");
    }

    @Test
    void wordsOfAUserSocketAreCountedUntilCtrlC() throws Exception {
        HostAndPort lines = LineServer.serving(List.of("owl fox owl"));
        String command = readme("nc -lk 9999   # and in another terminal: ./sample ")
                .get(0)
                .replace("localhost:9999", lines.host() + ":" + lines.port());

        Process program = start(command.split(" +"));
        await(program, () -> Files.readString(output()).contains("| owl|    2|"));
        endByCtrlC(program);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    word-cont                       | sample: unknown sample word-cont. Samples: word-count,
                    word-count --socket localhost   | \
                        sample: --socket localhost: must be host:port, e.g. localhost:9999.
                    """)
    void failureToStartIsOneLineAndExitCodeTwo(String command, String message) {
        assertThat(run(command.split(" ", -1))).isEqualTo(2);
        assertThat(text(err)).startsWith(message);
    }

    /** Returns the rest of the lines that start with {@code start}, without comments. */
    private static List<String> readme(String start) throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith(start))
                .map(line ->
                        line.substring(start.length()).replaceAll("#.*", "").strip())
                .toList();
    }

    private static String countOf(String zip) throws SQLException {
        return DemoDatabase.embedded().rows(JdbcUpsertOfCounts.TABLE).stream()
                .filter(row -> row[0].equals(zip))
                .map(row -> row[1])
                .findFirst()
                .orElse("none");
    }

    private int run(String... arguments) {
        return Samples.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    /** Starts a sample as ./sample does after the build. */
    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@target/java.options",
                "-cp",
                System.getProperty("java.class.path"),
                Samples.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output().toFile());
        builder.environment().put(DemoDatabase.PASSWORD, TestPostgres.shared().password());
        return builder.start();
    }

    private Path output() {
        return directory.resolve("output");
    }

    private void await(Process program, Callable<Boolean> reached) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
        while (!reached.call()) {
            if (program.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                program.destroyForcibly();
                throw new AssertionError("not reached; the program printed " + Files.readString(output()));
            }
        }
    }

    private static void endByCtrlC(Process program) throws InterruptedException {
        program.destroy();
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).as("ended by the signal").isEqualTo(143);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
