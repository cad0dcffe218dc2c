package io.millrace.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A master or a worker of Spark's standalone cluster. For the log lines of Spark 3.5. */
final class SparkDaemon implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);
    private static final Pattern EXECUTOR =
            Pattern.compile("CoarseGrainedExecutorBackend.* --executor-id (\\S+) .*", Pattern.DOTALL);

    private final String host;
    private final int port;
    private final Path directory;
    private final ServerProcess process;

    private SparkDaemon(SparkHome home, String host, String kind, List<String> words, String readyLine) {
        this.host = host;
        this.port = Ports.free();
        List<String> arguments =
                new ArrayList<>(List.of(kind, "--host", host, "--port", Integer.toString(port), "--webui-port", "0"));
        arguments.addAll(words);
        try {
            this.directory = Workspace.current().newDirectory("spark-daemon");
            Path log4j = Files.writeString(directory.resolve("log4j2.properties"), ServerProcess.LOG4J);
            this.process = Workspace.current()
                    .launch(new ServerProcess.Command(
                            kind + " on " + host, directory, "TERM", home.daemon(log4j, arguments)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + kind + " on " + host, e);
        }
        process.awaitReady(() -> log().contains(readyLine), STARTS_WITHIN);
    }

    static SparkDaemon master(SparkHome home) {
        return new SparkDaemon(
                home,
                "127.0.0.1",
                "org.apache.spark.deploy.master.Master",
                List.of(),
                "I have been elected leader! New state: ALIVE");
    }

    static SparkDaemon worker(SparkHome home, String host, int cores, String master) {
        return new SparkDaemon(
                home,
                host,
                "org.apache.spark.deploy.worker.Worker",
                List.of("--cores", Integer.toString(cores), "--memory", "16g", "--work-dir", "work", master),
                "Successfully registered with master");
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    boolean alive() {
        return process.alive();
    }

    /** The process ids of the executors that this worker runs, each with its number in its application. */
    Map<Long, String> executors() {
        Map<Long, String> executors = new TreeMap<>();
        ProcessHandle.of(process.pid())
                .map(ProcessHandle::descendants)
                .orElseGet(Stream::empty)
                .forEach(child -> {
                    Matcher command =
                            EXECUTOR.matcher(child.info().commandLine().orElse(""));
                    if (command.find()) {
                        executors.put(child.pid(), command.group(1));
                    }
                });
        return executors;
    }

    /** Kills it and all processes that it has started. */
    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.kill();
        Directories.delete(directory);
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("server.log"));
        } catch (IOException e) {
            return "";
        }
    }
}
