package io.millrace.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Sets up a Spark home directory, which Spark requires to start executor processes: links to all jars. */
final class LocalCluster {
    /** Two executors of one core. */
    static final String MASTER = "local-cluster[2,1,1024]";

    private LocalCluster() {}

    /** Returns the class path of this JVM, for its executors. */
    static String classPath() {
        return System.getProperty("java.class.path");
    }

    /** Returns the JVM options of executors: those of this JVM. */
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
