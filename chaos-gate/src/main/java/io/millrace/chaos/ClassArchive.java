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
 * Makes child JVMs start fast: a class path of jars only, and an archive of the classes that a first child has loaded
 * (class data sharing), which halves the start-up time.
 */
final class ClassArchive {
    private static final ToolProvider JAR = ToolProvider.findFirst("jar")
            .orElseThrow(() -> new IllegalStateException("The tool jar is missing: this requires a JDK, not a JRE."));

    private final Path directory;
    private final List<Path> jars = new ArrayList<>();
    private volatile boolean recorded;

    /** @param directory for jars of class directories, and for the archive */
    ClassArchive(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        for (String entry : System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            jars.add(Files.isDirectory(path) ? jar(path) : path);
        }
    }

    List<Path> jars() {
        return List.copyOf(jars);
    }

    /** Returns the JVM options of a child. The first child writes the archive when it exits; later children use it. */
    List<String> options() {
        String option = recorded ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=";
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off",
                option + directory.resolve("classes.jsa"),
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
