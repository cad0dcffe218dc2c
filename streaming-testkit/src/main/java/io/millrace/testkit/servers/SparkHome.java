package io.millrace.testkit.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;

/** A directory in the layout of an installed Spark, made from jars of the class path. */
final class SparkHome implements AutoCloseable {
    private final Path directory;
    // Executors get these through SPARK_DIST_CLASSPATH, and the jars through the Spark home.
    private final List<String> classDirectories;

    private SparkHome(Path directory, List<Path> classPath) {
        this.directory = directory;
        this.classDirectories = classPath.stream()
                .filter(Files::isDirectory)
                .map(entry -> entry.toAbsolutePath().toString())
                .toList();
    }

    static SparkHome of(List<Path> classPath) {
        try {
            SparkHome home = new SparkHome(Workspace.current().newDirectory("spark"), classPath);
            Files.createDirectory(home.temporary());
            home.link(classPath);
            home.writeSubmit();
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set Spark up", e);
        }
    }

    Path directory() {
        return directory;
    }

    /** The command of a master or a worker. */
    List<String> daemon(Path log4j, List<String> mainAndArguments) {
        return command("256m", List.of("-Dlog4j2.configurationFile=" + log4j), mainAndArguments);
    }

    private List<String> command(String heap, List<String> options, List<String> mainAndArguments) {
        String directories = String.join(File.pathSeparator, classDirectories);
        List<String> words = new ArrayList<>(List.of(
                "env",
                "SPARK_HOME=" + directory,
                "SPARK_SCALA_VERSION=" + ArtifactNames.scalaVersion(),
                "SPARK_DIST_CLASSPATH=" + directories,
                // Executors inherit both, so files of killed executors are deleted with this directory.
                "SPARK_LOCAL_DIRS=" + temporary(),
                "JAVA_TOOL_OPTIONS=-XX:-UsePerfData -Djava.io.tmpdir=" + temporary()));
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        words.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
        words.addAll(options);
        words.addAll(List.of("-cp", directory.resolve("jars") + "/*" + File.pathSeparator + directories));
        words.addAll(mainAndArguments);
        return words;
    }

    @Override
    public void close() {
        Directories.delete(directory);
    }

    private Path temporary() {
        return directory.resolve("tmp");
    }

    private void link(List<Path> classPath) throws IOException {
        Path jars = Files.createDirectories(directory.resolve("jars"));
        for (Path entry : classPath) {
            if (Files.isRegularFile(entry)) {
                linkUnlessThere(jars.resolve(entry.getFileName()), entry);
            }
        }
    }

    // Two artifacts may have jars of the same name: the first one wins, as on a class path.
    private static void linkUnlessThere(Path link, Path target) throws IOException {
        try {
            Files.createSymbolicLink(link, target.toAbsolutePath());
        } catch (FileAlreadyExistsException e) {
            // The jar of that name that came first.
        }
    }

    private void writeSubmit() throws IOException {
        Path script = Files.createDirectories(directory.resolve("bin")).resolve("spark-submit");
        List<String> words = command("1g", List.of(), List.of("org.apache.spark.deploy.SparkSubmit"));
        Files.writeString(script, "#!/bin/sh\nexec '" + String.join("' '", words) + "' \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
