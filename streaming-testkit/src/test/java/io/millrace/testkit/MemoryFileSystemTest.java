package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files of a checkpoint in memory, as Spark reads and writes them through Hadoop. */
class MemoryFileSystemTest {
    private final Checkpoint checkpoint = new Checkpoint();
    private final FileSystem files = new MemoryFileSystem();

    @BeforeEach
    void open() throws IOException {
        files.setConf(new Configuration(false));
        files.initialize(URI.create("millrace:///"), new Configuration(false));
    }

    @AfterEach
    void close() throws IOException {
        files.close();
        checkpoint.close();
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        write("offsets/0", "v1\n{}");

        assertThat(read("offsets/0")).isEqualTo("v1\n{}");
    }

    @Test
    void fileAppearsWhenItIsClosedAndNotBefore() throws IOException {
        try (OutputStream out = files.create(at("offsets/0"))) {
            out.write('a');
            assertThat(files.exists(at("offsets/0"))).isFalse();
        }
        assertThat(files.exists(at("offsets/0"))).isTrue();
    }

    @Test
    void fileIsReplacedOnlyOnRequest() throws IOException {
        write("a", "old");
        write("a", "new");

        assertThat(read("a")).isEqualTo("new");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> files.create(at("a"), false).close())
                .withMessage(at("a").toString());
    }

    @Test
    void fileThatIsNotThereIsNotFound() {
        assertThatExceptionOfType(FileNotFoundException.class)
                .isThrownBy(() -> files.open(at("none")).close())
                .withMessage(at("none").toString());
        assertThatExceptionOfType(FileNotFoundException.class)
                .isThrownBy(() -> files.getFileStatus(at("none")))
                .withMessage(at("none").toString());
    }

    @Test
    void directoryIsThereAsSoonAsAFileIsInIt() throws IOException {
        assertThat(files.exists(at("state/0"))).isFalse();

        write("state/0/1.delta", "abc");

        assertThat(files.getFileStatus(at("state")).isDirectory()).isTrue();
        assertThat(files.getFileStatus(at("state/0")).isDirectory()).isTrue();
        assertThat(files.getFileStatus(at("state/0/1.delta")).isFile()).isTrue();
        assertThat(files.getFileStatus(at("state/0/1.delta")).getLen()).isEqualTo(3);
        assertThat(files.exists(at("sta"))).isFalse();
    }

    @Test
    void checkpointItselfIsADirectoryThoughItIsEmpty() throws IOException {
        assertThat(files.mkdirs(new Path(checkpoint.location()))).isTrue();
        assertThat(files.getFileStatus(new Path(checkpoint.location())).isDirectory())
                .isTrue();
        assertThat(files.listStatus(new Path(checkpoint.location()))).isEmpty();
    }

    @Test
    void listHasTheFilesAndDirectoriesOfOneLevel() throws IOException {
        write("metadata", "id");
        write("state/0/1.delta", "");
        write("state/0/2.delta", "");
        write("state/operator", "abcd");
        write("states", "");

        assertThat(listed("")).containsExactly("metadata: 2", "state/", "states: 0");
        assertThat(listed("state")).containsExactly("0/", "operator: 4");
        assertThat(listed("state/0")).containsExactly("1.delta: 0", "2.delta: 0");
    }

    @Test
    void listedPathsCanBeOpened() throws IOException {
        write("state/0/1.delta", "abc");

        FileStatus found = files.listStatus(at("state/0"))[0];

        assertThat(found.getPath()).isEqualTo(at("state/0/1.delta"));
        try (FSDataInputStream in = files.open(found.getPath())) {
            assertThat(in.readAllBytes()).hasSize(3);
        }
    }

    @Test
    void renamedFileIsUnderItsNewNameAlone() throws IOException {
        write("commits/.0.tmp", "x");

        assertThat(files.rename(at("commits/.0.tmp"), at("commits/0"))).isTrue();

        assertThat(files.exists(at("commits/.0.tmp"))).isFalse();
        assertThat(read("commits/0")).isEqualTo("x");
    }

    @Test
    void fileThatIsNotThereCannotBeRenamed() {
        assertThatIOException()
                .isThrownBy(() -> files.rename(at("a"), at("b")))
                .withMessageStartingWith("No file a in checkpoint-");
    }

    @Test
    void deletedDirectoryTakesItsFilesAlongAndNoOthers() throws IOException {
        write("state/0/1.delta", "");
        write("state/1/1.delta", "");
        write("statement", "");

        assertThat(files.delete(at("state"), true)).isTrue();

        assertThat(checkpoint.files()).containsOnlyKeys("statement");
        assertThat(files.delete(at("state"), true)).isFalse();
    }

    @Test
    void readerSeeksAndSkips() throws IOException {
        write("a", "0123456789");
        try (FSDataInputStream in = files.open(at("a"))) {
            in.seek(7);
            assertThat(in.getPos()).isEqualTo(7);
            assertThat((char) in.read()).isEqualTo('7');
            assertThat(in.seekToNewSource(0)).isFalse();
            in.seek(10);
            assertThat(in.read()).isEqualTo(-1);
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> in.seek(11))
                    .withMessage("Position 11 of 10");
            assertThatIOException().isThrownBy(() -> in.seek(-1));
        }
    }

    @Test
    void readerReadsAtAPositionWithoutMovingThere() throws IOException {
        write("a", "0123456789");
        byte[] buffer = new byte[4];
        try (FSDataInputStream in = files.open(at("a"))) {
            assertThat(in.read(8, buffer, 1, 3)).isEqualTo(2);
            assertThat(buffer).containsExactly(0, '8', '9', 0);
            assertThat(in.read(10, buffer, 0, 4)).isEqualTo(-1);
            in.readFully(3, buffer);
            assertThat(buffer).containsExactly('3', '4', '5', '6');
            assertThat(in.getPos()).isZero();
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> in.readFully(8, buffer))
                    .withMessage("Position 8 of 10");
        }
    }

    @Test
    void nothingIsAppendedAndThereIsNoWorkingDirectory() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> files.append(at("a")).close())
                .withMessage("A checkpoint in memory cannot append to a file: " + at("a"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> files.setWorkingDirectory(at("a")))
                .withMessage("A checkpoint in memory has no working directory.");
        assertThat(files.getWorkingDirectory()).isEqualTo(new Path("millrace:///"));
    }

    @Test
    void onceTheTestHasEndedNothingIsFoundAndNothingWritten() throws IOException {
        write("a", "x");
        checkpoint.close();

        assertThat(files.exists(at("a"))).isFalse();
        assertThat(files.delete(at("a"), true)).isFalse();
        assertThatIOException()
                .isThrownBy(() -> files.create(at("b")).close())
                .withMessage("The checkpoint of " + at("b") + " is gone: its test has ended.");
        assertThatIOException()
                .isThrownBy(() -> files.listStatus(at("")))
                .withMessageEndingWith(" is gone: its test has ended.");
    }

    private Path at(String file) {
        return file.isEmpty() ? new Path(checkpoint.location()) : new Path(checkpoint.location(), file);
    }

    private void write(String file, String content) throws IOException {
        try (OutputStream out = files.create(at(file))) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String read(String file) throws IOException {
        try (FSDataInputStream in = files.open(at(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> listed(String directory) throws IOException {
        return Arrays.stream(files.listStatus(at(directory)))
                .map(status -> status.getPath().getName() + (status.isDirectory() ? "/" : ": " + status.getLen()))
                .toList();
    }
}
