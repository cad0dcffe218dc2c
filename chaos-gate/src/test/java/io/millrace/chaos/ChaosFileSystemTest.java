package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.chaos.checker.BatchId;
import io.millrace.chaos.checker.BatchPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosFileSystemTest {
    private static final String OFFSETS = "v1\n{\"batchWatermarkMs\":0}\n{\"truth\":{\"0\":%d,\"1\":%d}}\n";

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
    void plansComeFromTheOffsetLogAndEndsFromTheCommitLog() throws IOException {
        Files.writeString(directory.resolve("metadata"), "{\"id\":\"q\"}");
        write("offsets", "0", OFFSETS.formatted(5, 6));
        write("offsets", "1", OFFSETS.formatted(9, 6));
        write("commits", "0", "v1\n{}");
        CheckpointReader checkpoint = new CheckpointReader(directory);
        assertThat(checkpoint.plans())
                .containsEntry(new BatchId("q", 0), new BatchPlan(Map.of(), Map.of(0, 5L, 1, 6L)))
                .containsEntry(new BatchId("q", 1), new BatchPlan(Map.of(0, 5L, 1, 6L), Map.of(0, 9L, 1, 6L)));
        assertThat(checkpoint.committedEnds()).isEqualTo(Map.of(0, 5L, 1, 6L));
        write("commits", "1", "v1\n{}");
        assertThat(checkpoint.committedEnds()).isEqualTo(Map.of(0, 9L, 1, 6L));
    }

    @Test
    void secondWriterOfAFileFails() throws IOException {
        write("offsets", "3", "first");
        assertThatThrownBy(() -> write("offsets", "3", "second")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(directory.resolve("offsets/3")).hasContent("first");
    }

    @Test
    void samplerDrawsTheGivenCrashesAndTheSameFaultsForTheSameSeed() {
        List<Site> sites = List.of(new Site("reply COMMIT", 1, 4), new Site("checkpoint offsets named", 2, 4));
        List<Fault> faults = new FaultSampler(3, 3).draw(sites, sites, Map.of(FaultAction.RESET, 5));
        assertThat(faults)
                .filteredOn(fault -> fault.action() == FaultAction.CRASH)
                .hasSize(2);
        assertThat(faults)
                .filteredOn(fault -> fault.action() == FaultAction.RESET)
                .hasSize(5)
                .allMatch(fault -> fault.site().equals("reply COMMIT"));
        assertThat(faults).isEqualTo(new FaultSampler(3, 3).draw(sites, sites, Map.of(FaultAction.RESET, 5)));
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
