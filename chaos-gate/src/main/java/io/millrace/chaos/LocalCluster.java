package io.millrace.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What Spark asks of a home directory before it starts executors as processes: its jars in one place. */
final class LocalCluster {
    /** Two executors of one core. */
    static final String MASTER = "local-cluster[2,1,1024]";

    private LocalCluster() {}

    /** The class path of this JVM, for executors that it starts. */
    static String classPath() {
        return System.getProperty("java.class.path");
    }

    /** How executors start, as this JVM did. */
    static String options() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:"))
                .filter(option -> !option.startsWith("-XX:ArchiveClassesAtExit"))
                .collect(Collectors.joining(" "));
    }

    static void prepare(Path home, List<Path> jars) {
        try {
            Path links = Files.createDirectories(home.resolve("jars"));
            for (Path jar : jars) {
                Path link = links.resolve(jar.getFileName().toString());
                if (!Files.exists(link)) {
                    Files.createSymbolicLink(link, jar);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare a local cluster in " + home, e);
        }
    }
}
