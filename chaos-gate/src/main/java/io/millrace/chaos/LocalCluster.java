package io.millrace.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Spark asks of a home directory before it starts executors as processes: its jars in one place. */
final class LocalCluster {
    /** Two executors of one core. */
    static final String MASTER = "local-cluster[2,1,1024]";

    private LocalCluster() {}

    /** This JVM's class path, for processes that run in another directory. */
    static String classPath() {
        return entries().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    static void prepare(Path home) throws IOException {
        Path jars = Files.createDirectories(home.resolve("jars"));
        for (Path jar : entries().toList()) {
            Path link = jars.resolve(jar.getFileName().toString());
            if (Files.isRegularFile(jar) && !Files.exists(link)) {
                Files.createSymbolicLink(link, jar);
            }
        }
    }

    private static Stream<Path> entries() {
        return Stream.of(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1))
                .map(entry -> Path.of(entry).toAbsolutePath());
    }
}
