package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.samples.demo.DemoDatabase;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of README.md that end by Ctrl-C, each in a JVM of its own. */
@Timeout(120)
class EndlessCommandsTest {
    private final Path output;

    EndlessCommandsTest(@TempDir Path directory) {
        this.output = directory.resolve("output");
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
        String command = SampleCommandsTest.readme("PGPASSWORD=... ./sample ")
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
        String command = SampleCommandsTest.readme("nc -lk 9999   # and in another terminal: ./sample ")
                .get(0)
                .replace("localhost:9999", lines.host() + ":" + lines.port());

        Process program = start(command.split(" +"));
        await(program, () -> Files.readString(output).contains("| owl|    2|"));
        endByCtrlC(program);
    }

    private static String countOf(String zip) throws SQLException {
        return DemoDatabase.embedded().rows(JdbcUpsertOfCounts.TABLE).stream()
                .filter(row -> row[0].equals(zip))
                .map(row -> row[1])
                .findFirst()
                .orElse("none");
    }

    /** Starts a sample as ./sample does after the build. */
    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + System.getProperty("build.directory", "target") + "/java.options",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Samples.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put(DemoDatabase.PASSWORD, TestPostgres.shared().password());
        return builder.start();
    }

    private void await(Process program, Callable<Boolean> reached) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
        while (!reached.call()) {
            if (program.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                program.destroyForcibly();
                throw new AssertionError("not reached; the program printed " + Files.readString(output));
            }
        }
    }

    private static void endByCtrlC(Process program) throws InterruptedException {
        program.destroy();
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).as("ended by the signal").isEqualTo(143);
    }
}
