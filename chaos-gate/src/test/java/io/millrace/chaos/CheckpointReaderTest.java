package io.millrace.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.chaos.checker.BatchId;
import io.millrace.chaos.checker.BatchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointReaderTest {
    private static final String OFFSETS = "v1\n{\"batchWatermarkMs\":0}\n{\"truth\":{\"0\":%d,\"1\":%d}}\n";

    @Test
    void plansComeFromTheOffsetLogAndEndsFromTheCommitLog(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("metadata"), "{\"id\":\"q\"}");
        Files.createDirectory(directory.resolve("offsets"));
        Files.createDirectory(directory.resolve("commits"));
        Files.writeString(directory.resolve("offsets/0"), OFFSETS.formatted(5, 6));
        Files.writeString(directory.resolve("offsets/1"), OFFSETS.formatted(9, 6));
        Files.writeString(directory.resolve("commits/0"), "v1\n{}");
        CheckpointReader checkpoint = new CheckpointReader(directory);
        assertThat(checkpoint.plans())
                .containsEntry(new BatchId("q", 0), new BatchPlan(Map.of(), Map.of(0, 5L, 1, 6L)))
                .containsEntry(new BatchId("q", 1), new BatchPlan(Map.of(0, 5L, 1, 6L), Map.of(0, 9L, 1, 6L)));
        assertThat(checkpoint.committedEnds()).isEqualTo(Map.of(0, 5L, 1, 6L));
        Files.writeString(directory.resolve("commits/1"), "v1\n{}");
        assertThat(checkpoint.committedEnds()).isEqualTo(Map.of(0, 9L, 1, 6L));
    }
}
