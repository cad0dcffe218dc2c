package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DriverProcessTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @Test
    void jvmWithALongCommandLineIsFound() throws Exception {
        Process child = new ProcessBuilder(
                        JAVA, "-Dlong=" + "x".repeat(10_000), "-cp", classPath(), Waiting.class.getName())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(DriverProcess.jvmsBelow(ProcessHandle.current())).contains(child.toHandle());
        } finally {
            child.getOutputStream().close();
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static String classPath() throws Exception {
        return Path.of(Waiting.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }

    /** Runs until its standard input ends. */
    static final class Waiting {
        public static void main(String[] arguments) throws Exception {
            while (System.in.read() >= 0) {}
        }
    }
}
