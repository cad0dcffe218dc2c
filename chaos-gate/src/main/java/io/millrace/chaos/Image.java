package io.millrace.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/**
 * What lets a child's JVM begin fast: jars alone on its class path, and an archive of the classes that a first child has
 * loaded, which halves what its start costs.
 */
final class Image {
    private static final ToolProvider JAR =
            ToolProvider.findFirst("jar").orElseThrow(() -> new IllegalStateException("A JDK has jar, a JRE has not."));

    private final Path directory;
    private final List<Path> jars = new ArrayList<>();
    private volatile boolean recorded;

    /** @param directory for the jars of what is not in one, and for the archive */
    Image(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        for (String entry : System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            jars.add(Files.isDirectory(path) ? jar(path) : path);
        }
    }

    List<Path> jars() {
        return List.copyOf(jars);
    }

    /** The first child that ends in good order leaves the archive; from then on children start from it. */
    List<String> options() {
        String archive = !recorded ? "-XX:ArchiveClassesAtExit=" : "-XX:SharedArchiveFile=";
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off",
                archive + directory.resolve("classes.jsa"),
                "-cp",
                jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    }

    void recorded() {
        recorded = true;
    }

    private Path jar(Path classes) {
        Path jar = directory.resolve("classes-" + jars.size() + ".jar");
        int exit = JAR.run(System.out, System.err, "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
        if (exit != 0) {
            throw new IllegalStateException("jar ended with " + exit + " for " + classes);
        }
        return jar;
    }
}
