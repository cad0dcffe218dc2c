package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedBinariesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temporary;

    private Path jar;
    private int times;

    @BeforeEach
    void createJar() throws IOException {
        jar = Files.writeString(temporary.resolve("programs.jar"), "one");
    }

    @Test
    void aJarIsUnpackedOnce() throws IOException {
        Path first = locate();
        assertThat(locate()).isEqualTo(first);
        assertThat(first.resolve("bin/server")).hasContent("one");
        assertThat(times).isEqualTo(1);
    }

    @Test
    void aNewVersionOfTheJarIsUnpackedBesideTheOld() throws IOException {
        Path first = locate();
        Files.writeString(jar, "version two");
        assertThat(locate().resolve("bin/server")).hasContent("version two");
        assertThat(first.resolve("bin/server")).hasContent("one");
    }

    @Test
    void aDirectoryThatLostAFileIsReplaced() throws IOException {
        Path first = locate();
        Files.delete(first.resolve("bin/server"));
        assertThat(locate()).isEqualTo(first);
        assertThat(first.resolve("bin/server")).hasContent("one");
        assertThat(times).isEqualTo(2);
    }

    @Test
    void aDirectoryThatStoppedBeforeItsCountIsReplaced() throws IOException {
        Path first = locate();
        Files.delete(first.resolve(".millrace-files"));
        locate();
        assertThat(times).isEqualTo(2);
    }

    @Test
    void aDirectoryThatOthersMayWriteToIsNotUsed() throws IOException {
        Path shared = Files.createDirectory(shared());
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(locate().startsWith(Workspace.current().root())).isTrue();
        assertThat(shared).isEmptyDirectory();
    }

    @Test
    void aLinkToADirectoryIsNotUsed() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.createSymbolicLink(shared(), elsewhere);
        assertThat(locate().startsWith(Workspace.current().root())).isTrue();
        assertThat(elsewhere).isEmptyDirectory();
    }

    private Path locate() throws IOException {
        return SharedBinaries.below(shared(), jar, Workspace.current(), directory -> {
            times++;
            Files.createDirectory(directory.resolve("bin"));
            Files.copy(jar, directory.resolve("bin/server"));
        });
    }

    private Path shared() {
        return temporary.resolve("shared");
    }
}
