package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosFileSystemTest {
    private final Path directory;
    private final FileSystem files;
    private final FailPoints points;

    ChaosFileSystemTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        Configuration configuration = new Configuration();
        configuration.set("fs." + ChaosFileSystem.SCHEME + ".impl", ChaosFileSystem.class.getName());
        String name = "trial" + System.nanoTime();
        points = FailPoints.named(name);
        files = new org.apache.hadoop.fs.Path(ChaosFileSystem.url(name, directory)).getFileSystem(configuration);
    }

    @Test
    void logFilePassesThreeFailPoints() throws IOException {
        write("offsets", "0", "x");
        assertThat(points.passed())
                .containsOnlyKeys("checkpoint offsets begun", "checkpoint offsets written", "checkpoint offsets named");
        assertThat(directory.resolve("offsets/0")).hasContent("x");
    }

    @Test
    void faultBeforeTheRenameLeavesNoFileOfThatName() {
        points.onFault((fault, link) -> {
            throw new IOException("injected");
        });
        points.arm(new Fault("checkpoint commits written", 1, FaultAction.CRASH, 1));
        assertThatThrownBy(() -> write("commits", "7", "x")).hasMessage("injected");
        assertThat(directory.resolve("commits/7")).doesNotExist();
    }

    @Test
    void secondWriterOfAFileFails() throws IOException {
        write("offsets", "3", "first");
        assertThatThrownBy(() -> write("offsets", "3", "second")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(directory.resolve("offsets/3")).hasContent("first");
    }

    private void write(String log, String name, String text) throws IOException {
        org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(files.getUri() + directory.toString(), log);
        org.apache.hadoop.fs.Path temporary = new org.apache.hadoop.fs.Path(folder, "." + name + ".tmp");
        try (FSDataOutputStream out = files.create(temporary, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(files.rename(temporary, new org.apache.hadoop.fs.Path(folder, name)))
                .isTrue();
    }
}
