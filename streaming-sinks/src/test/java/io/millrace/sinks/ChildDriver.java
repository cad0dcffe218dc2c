package io.millrace.sinks;

import io.millrace.core.Secret;
import io.millrace.testkit.TestPostgres;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Spark driver in a JVM of its own, on the server of the tests; all that it writes is below one directory. */
final class ChildDriver {
    private static final String PASSWORD = "MILLRACE_TEST_PASSWORD";

    private ChildDriver() {}

    /** Runs {@code main} with the server's URL and {@code arguments}; gives its exit code. */
    static int run(Class<?> main, Path directory, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-XX"))
                .forEach(command::add);
        Path events = Files.createDirectories(directory.resolve("events"));
        command.addAll(List.of(
                "-Xmx512m",
                "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")),
                "-Dspark.eventLog.enabled=true",
                "-Dspark.eventLog.dir=" + events.toUri(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                TestPostgres.shared().jdbcUrl()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("driver.log").toFile());
        builder.environment().put(PASSWORD, TestPostgres.shared().password());
        return builder.start().waitFor();
    }

    /** What {@code main} logs in to. */
    static Database database(String url) {
        return Database.at(url).user("postgres").password(Secret.env(PASSWORD));
    }
}
