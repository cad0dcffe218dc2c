package io.millrace.testkit.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Commands of the operating system. */
final class Commands {
    private Commands() {}

    /**
     * Detaches a command from the terminal if setsid exists: Ctrl-C then ends only the JVM, which shuts its servers
     * down.
     */
    static List<String> inOwnSession(String... command) {
        List<String> whole = new ArrayList<>(onPath("setsid") ? List.of("setsid") : List.of());
        whole.addAll(List.of(command));
        return whole;
    }

    /** Whether {@code command} ends with 0 within a few seconds. */
    static boolean succeeds(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static void signal(String signal, long pid) {
        succeeds(List.of("sh", "-c", "kill -$1 $2", "sh", signal, Long.toString(pid)));
    }

    static boolean isRoot() {
        return succeeds(List.of("sh", "-c", "test \"$(id -u)\" = 0"));
    }

    private static boolean onPath(String name) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return Stream.of(path.split(Pattern.quote(File.pathSeparator), -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }
}
