package io.millrace.sinks.jdbc;

import static java.util.Objects.requireNonNull;

import io.millrace.core.Secret;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Spark driver in a JVM of its own, on the server of the tests; its files are in one directory. */
final class ChildDriver {
    private static final String USER = "MILLRACE_TEST_USER";
    private static final String PASSWORD = "MILLRACE_TEST_PASSWORD";

    private ChildDriver() {}

    /** Runs {@code main} with PostgreSQL's URL and {@code arguments}, and returns its exit code. */
    static int run(Class<?> main, Path directory, String... arguments) throws Exception {
        return run(main, directory, Server.database(), arguments);
    }

    /** Runs {@code main} on another server. */
    static int run(Class<?> main, Path directory, Database server, String... arguments) throws Exception {
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
                "-Dspark.eventLog.compress=false",
                "-Dspark.eventLog.dir=" + events.toUri(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                server.url().text()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("driver.log").toFile());
        // Where Spark's UI listens.
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put(USER, requireNonNull(server.user()));
        builder.environment().put(PASSWORD, requireNonNull(server.password()).reveal());
        Process driver = builder.start();
        if (!driver.waitFor(2, TimeUnit.MINUTES)) {
            driver.destroyForcibly();
            throw new AssertionError(main.getSimpleName() + " does not end, see driver.log in " + directory);
        }
        return driver.exitValue();
    }

    /** The database that {@code main} connects to. */
    static Database database(String url) {
        return Database.at(url).user(requireNonNull(System.getenv(USER))).password(Secret.env(PASSWORD));
    }
}
