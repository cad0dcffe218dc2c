package io.millrace.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScratchTest {
    @ParameterizedTest
    @ValueSource(strings = {"before the shutdown", "during the shutdown"})
    void directoryIsDeleted(String moment, @TempDir Path temporary) throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Creator.class.getName(),
                        moment)
                .redirectErrorStream(true)
                .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("creating");
        assertThat(temporary).isEmptyDirectory();
    }

    /** Creates a directory with a file in it. */
    static final class Creator {
        public static void main(String[] arguments) {
            if (arguments[0].equals("during the shutdown")) {
                ShutdownHookManager.get().addShutdownHook(Creator::create, 60);
            } else {
                create();
            }
        }

        private static void create() {
            System.out.println("creating");
            try {
                Files.createFile(Path.of(new Scratch().resolve("file")));
            } catch (Exception e) {
                System.out.println(e);
            }
        }
    }
}
