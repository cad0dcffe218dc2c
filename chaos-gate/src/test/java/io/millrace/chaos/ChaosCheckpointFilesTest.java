package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosCheckpointFilesTest {
    private final Path directory;
    private final org.apache.hadoop.fs.Path root;
    private final ChaosCheckpointFiles files;
    private final FailPoints points;

    ChaosCheckpointFilesTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        String name = "trial" + System.nanoTime();
        points = FailPoints.named(name);
        root = new org.apache.hadoop.fs.Path(ChaosCheckpointFiles.url(name, directory));
        files = new ChaosCheckpointFiles(root, new Configuration());
    }

    @Test
    void logFilePassesThreeFailPoints() throws IOException {
        write("offsets", "0", "x");
        assertThat(points.passed())
                .containsOnlyKeys("checkpoint offsets begun", "checkpoint offsets written", "checkpoint offsets named");
        assertThat(directory.resolve("offsets/0")).hasContent("x");
        assertThat(files.list(new org.apache.hadoop.fs.Path(root, "offsets"))).hasSize(1);
        assertThat(files.exists(new org.apache.hadoop.fs.Path(root, "offsets/0")))
                .isTrue();
    }

    @Test
    void faultBeforeTheNameLeavesNoFileOfThatName() {
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
        org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(root, log);
        files.mkdirs(folder);
        try (var out = files.createAtomic(new org.apache.hadoop.fs.Path(folder, name), false)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
