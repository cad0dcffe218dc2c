package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches and watermarks of a checkpoint in memory, and how it is set back. */
class CheckpointTest {
    private final Checkpoint checkpoint = new Checkpoint();

    @AfterEach
    void close() {
        checkpoint.close();
    }

    @Test
    void locationsAreDistinctAndLeadBackToTheirCheckpoint() throws IOException {
        try (Checkpoint other = new Checkpoint()) {
            assertThat(checkpoint.location())
                    .startsWith("millrace:///checkpoint-")
                    .isNotEqualTo(other.location());
            assertThat(Checkpoint.of(new Path(checkpoint.location(), "offsets/0")))
                    .isSameAs(checkpoint);
            assertThat(Checkpoint.find(new Path(other.location()))).isSameAs(other);
        }
    }

    @Test
    void namesOfFilesAreRelativeToTheirCheckpoint() {
        assertThat(Checkpoint.relative(new Path(checkpoint.location()))).isEmpty();
        assertThat(Checkpoint.relative(new Path(checkpoint.location(), "metadata")))
                .isEqualTo("metadata");
        assertThat(Checkpoint.relative(new Path(checkpoint.location(), "state/0/1/2.delta")))
                .isEqualTo("state/0/1/2.delta");
    }

    @Test
    void checkpointOfATestThatHasEndedIsReportedAsGone() {
        Path metadata = new Path(checkpoint.location(), "metadata");
        checkpoint.close();

        assertThat(Checkpoint.find(metadata)).isNull();
        assertThatIOException()
                .isThrownBy(() -> Checkpoint.of(metadata))
                .withMessage("The checkpoint of " + metadata + " is gone: its test has ended.");
    }

    @Test
    void lastBatchIsTheOneWithTheGreatestNumber() {
        assertThat(checkpoint.lastBatch()).isEmpty();

        write("offsets/0", "");
        write("offsets/9", "");
        write("offsets/10", "");
        write("commits/11", "");
        write("offsets/.12.tmp", "");

        assertThat(checkpoint.lastBatch()).hasValue(10);
    }

    @Test
    void batchIsCommittedOnceItsCommitIsWritten() {
        write("offsets/0", "");
        assertThat(checkpoint.isCommitted(0)).isFalse();

        write("commits/0", "");
        assertThat(checkpoint.isCommitted(0)).isTrue();
        assertThat(checkpoint.isCommitted(1)).isFalse();
    }

    @Test
    void uncommittingABatchMakesItDueAndDeletesLaterOnes() {
        for (int batch = 0; batch < 4; batch++) {
            write("offsets/" + batch, "");
            write("commits/" + batch, "");
        }
        write("state/0/0/4.delta", "");

        checkpoint.uncommitFrom(2);

        assertThat(checkpoint.files())
                .containsOnlyKeys("offsets/0", "offsets/1", "offsets/2", "commits/0", "commits/1", "state/0/0/4.delta");
        assertThat(checkpoint.lastBatch()).hasValue(2);
    }

    @Test
    void uncommittingTheFirstBatchLeavesItsOffsetsAlone() {
        write("offsets/0", "");
        write("commits/0", "");

        checkpoint.uncommitFrom(0);

        assertThat(checkpoint.files()).containsOnlyKeys("offsets/0");
    }

    @Test
    void watermarksAreReadFromOffsetsAndCommits() {
        write("offsets/3", "v1\n{\"batchWatermarkMs\":1500,\"batchTimestampMs\":7}\n5");
        write("commits/3", "v1\n{\"nextBatchWatermarkMs\":2500}");

        assertThat(checkpoint.watermarkUsed(3)).isEqualTo(1500);
        assertThat(checkpoint.watermarkNext(3)).isEqualTo(2500);
    }

    @Test
    void watermarkBeforeTheEpochIsNegative() {
        write("offsets/0", "{\"batchWatermarkMs\":-60000}");
        write("commits/0", "{\"nextBatchWatermarkMs\":-1}");

        assertThat(checkpoint.watermarkUsed(0)).isEqualTo(-60000);
        assertThat(checkpoint.watermarkNext(0)).isEqualTo(-1);
    }

    @Test
    void watermarkThatIsNotWrittenIsZero() {
        write("offsets/0", "v1\n{}\n5");

        assertThat(checkpoint.watermarkUsed(0)).isZero();
        assertThat(checkpoint.watermarkNext(0)).isZero();
        assertThat(checkpoint.watermarkUsed(7)).isZero();
    }

    @Test
    void movedFileTakesThePlaceOfTheOneThatIsThere() throws IOException {
        write("commits/.0.tmp", "new");
        write("commits/0", "old");

        checkpoint.move("commits/.0.tmp", "commits/0");

        assertThat(checkpoint.files()).containsOnlyKeys("commits/0");
        assertThat(text("commits/0")).isEqualTo("new");
    }

    @Test
    void fileThatIsNotThereCannotBeMoved() {
        assertThatIOException()
                .isThrownBy(() -> checkpoint.move("a.tmp", "a"))
                .withMessage("No file a.tmp in " + checkpoint.location().substring("millrace:///".length()));
    }

    @Test
    void listenerIsCalledBeforeAndAfterAFileAppears() throws IOException {
        List<String> heard = new ArrayList<>();
        checkpoint.onWrite(new Checkpoint.WriteListener() {
            @Override
            public void beforeWrite(String path) {
                heard.add("before " + path + ", there: " + checkpoint.files().containsKey(path));
            }

            @Override
            public void afterWrite(String path) {
                heard.add("after " + path + ", there: " + checkpoint.files().containsKey(path));
            }
        });
        write("a.tmp", "");

        checkpoint.move("a.tmp", "a");
        checkpoint.onWrite(null);
        checkpoint.move("a", "b");

        assertThat(heard).containsExactly("before a, there: false", "after a, there: true");
    }

    @Test
    void listenerThatFailsBeforeAWritePreventsIt() {
        checkpoint.onWrite(failing(true));
        write("a.tmp", "");

        assertThatIOException().isThrownBy(() -> checkpoint.move("a.tmp", "a")).withMessage("crash");
        assertThat(checkpoint.files()).containsOnlyKeys("a.tmp");
    }

    @Test
    void listenerThatFailsAfterAWriteDoesNotPreventIt() {
        checkpoint.onWrite(failing(false));
        write("a.tmp", "");

        assertThatIOException().isThrownBy(() -> checkpoint.move("a.tmp", "a")).withMessage("crash");
        assertThat(checkpoint.files()).containsOnlyKeys("a");
    }

    @Test
    void copyIsIndependent() {
        write("offsets/0", "");
        try (Checkpoint copy = checkpoint.copy()) {
            write("offsets/1", "");
            copy.uncommitFrom(0);
            copy.files().remove("offsets/0");

            assertThat(copy.location()).isNotEqualTo(checkpoint.location());
            assertThat(copy.lastBatch()).isEmpty();
            assertThat(checkpoint.lastBatch()).hasValue(1);
        }
    }

    private static Checkpoint.WriteListener failing(boolean before) {
        return new Checkpoint.WriteListener() {
            @Override
            public void beforeWrite(String path) throws IOException {
                failIf(before);
            }

            @Override
            public void afterWrite(String path) throws IOException {
                failIf(!before);
            }
        };
    }

    private static void failIf(boolean now) throws IOException {
        if (now) {
            throw new IOException("crash");
        }
    }

    private void write(String file, String content) {
        checkpoint.files().put(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private String text(String file) {
        return new String(checkpoint.files().getOrDefault(file, new byte[0]), StandardCharsets.UTF_8);
    }
}
