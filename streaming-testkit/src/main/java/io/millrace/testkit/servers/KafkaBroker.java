package io.millrace.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A data directory of Kafka and the JVM that runs broker and controller on it. */
final class KafkaBroker extends ChildServer {
    private static final String MAIN = "kafka.Kafka";

    private final Workspace workspace;
    private final int port;
    private final List<String> jvmOptions;
    private @Nullable SecuredListener securedListener;

    private KafkaBroker(Workspace workspace, Path directory, int port, List<String> jvmOptions) {
        super("Kafka", "topics", directory);
        this.workspace = workspace;
        this.port = port;
        this.jvmOptions = jvmOptions;
    }

    static KafkaBroker create(Map<String, String> properties, Map<String, String> users, String heap) {
        refuseWithoutJars();
        try {
            Workspace workspace = Workspace.current();
            KafkaBroker broker = new KafkaBroker(
                    workspace, workspace.newDirectory("kafka"), Ports.free(), List.of("-Xms64m", "-Xmx" + heap));
            broker.configure(properties, users);
            broker.start();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set Kafka up", e);
        }
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    SecuredListener securedListener() {
        if (securedListener == null) {
            throw new IllegalStateException("This Kafka has no users: start it with TestKafka.configured()"
                    + ".user(\"name\", \"password\").start().");
        }
        return securedListener;
    }

    @Override
    ServerProcess launch() throws IOException {
        // Only SIGKILL ends it at once; the data that a shutdown would flush is deleted anyway.
        return workspace.launch(new ServerProcess.Command("Kafka", directory(), "KILL", command()));
    }

    @Override
    boolean isReady(ServerProcess started) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return KafkaAdmin.isServing(bootstrapServers());
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    Duration startsWithin() {
        return Duration.ofSeconds(90);
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    private List<String> command() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvmOptions);
        // The C1 compiler alone starts it in half the time, and is fast enough for tests.
        // Without perf data and with its own temporary directory, a killed broker leaves no files elsewhere.
        words.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + directory(),
                "-Dlog4j2.configurationFile=" + directory().resolve("log4j2.properties"),
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                directory().resolve("server.properties").toString()));
        return words;
    }

    private void configure(Map<String, String> properties, Map<String, String> users) throws IOException {
        int controllerPort = Ports.free();
        Path data = Files.createDirectory(directory().resolve("data"));
        Map<String, String> all = new LinkedHashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", "1");
        all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        all.put("controller.listener.names", "CONTROLLER");
        String listeners = "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort;
        if (!users.isEmpty()) {
            securedListener = SecuredListener.in(directory(), users, workspace);
            listeners += "," + securedListener.listener();
            all.putAll(securedListener.properties());
        }
        all.put("listeners", listeners);
        all.put("log.dirs", data.toString());
        all.put("auto.create.topics.enable", "false");
        all.put("offsets.topic.replication.factor", "1");
        all.put("offsets.topic.num.partitions", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("log.cleaner.dedupe.buffer.size", "2097152");
        // Records with the times of a test's rows are older than Kafka's default of a week, after which they would go.
        all.put("log.retention.hours", "-1");
        // A killed broker can rejoin only when its old session has expired.
        all.put("broker.session.timeout.ms", "3000");
        all.put("broker.heartbeat.interval.ms", "500");
        all.putAll(properties);
        write("server.properties", all);
        write("data/meta.properties", Map.of("version", "1", "node.id", "1", "cluster.id", KafkaAdmin.newClusterId()));
        Files.writeString(directory().resolve("log4j2.properties"), ServerProcess.LOG4J);
    }

    private void write(String file, Map<String, String> properties) throws IOException {
        List<String> lines = new ArrayList<>();
        properties.forEach((name, value) -> lines.add(name + "=" + value.replace("\\", "\\\\")));
        Files.write(directory().resolve(file), lines);
    }

    private static void refuseWithoutJars() {
        try {
            Class.forName(MAIN, false, KafkaBroker.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "TestKafka needs Kafka's broker, and " + MAIN + " is not on the class path. Add "
                            + ArtifactNames.of("streaming-testkit-kafka") + " to the dependencies in test scope.",
                    e);
        }
    }
}
