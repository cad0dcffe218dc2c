package io.millrace.core.internal.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark requires of a manager, and that a checkpoint may change between Spark's own manager and this one. */
class LocalCheckpointManagerTest {
    private final java.nio.file.Path directory;
    private final Path root;
    private final Path file;
    private LocalCheckpointManager manager;

    LocalCheckpointManagerTest(@TempDir java.nio.file.Path directory) throws IOException {
        this.directory = directory;
        root = new Path("file:" + directory);
        file = new Path(root, "7");
        manager = new LocalCheckpointManager(root, new Configuration());
    }

    @Test
    void createsDirectoriesWithTheirParentsAndDeletesThemWithAllTheyHave() throws Exception {
        Path deep = new Path(root, "state/0/1");
        assertThat(manager.exists(deep)).isFalse();
        manager.mkdirs(deep);
        manager.mkdirs(deep);
        assertThat(manager.exists(deep)).isTrue();

        write(new Path(deep, "1.delta"), "rows", true);
        manager.delete(new Path(root, "state"));
        manager.delete(new Path(root, "state"));
        assertThat(manager.exists(new Path(root, "state"))).isFalse();
        assertThat(manager.createCheckpointDirectory()).isEqualTo(root);
        assertThat(manager.isLocal()).isTrue();
    }

    @Test
    void listsWhatAFilterAcceptsWithSizesAndWholePaths() throws Exception {
        write(file, "seven", false);
        manager.mkdirs(new Path(root, "sources"));
        Files.writeString(directory.resolve(".7.crc"), "checksums");

        FileStatus[] all = manager.list(root);
        assertThat(all)
                .extracting(status -> status.getPath().toString(), FileStatus::getLen, FileStatus::isDirectory)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("file:" + directory + "/7", 5L, false),
                        org.assertj.core.groups.Tuple.tuple("file:" + directory + "/sources", 0L, true));
        assertThat(ManagerOfSpark.create(root).list(root)).containsExactlyInAnyOrder(all);
        assertThat(manager.list(root, path -> path.getName().equals("7"))).hasSize(1);
        assertThat(manager.list(root, path -> false)).isEmpty();
        assertThat(manager.list(file)).hasSize(1);
        assertThatThrownBy(() -> manager.list(new Path(root, "none"))).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void aFileIsThereWhenItIsClosedAndNeverIfItIsCancelled() throws Exception {
        var cancelled = manager.createAtomic(file, false);
        cancelled.write("half".getBytes(UTF_8));
        assertThat(manager.exists(file)).isFalse();
        cancelled.cancel();
        cancelled.close();
        assertThat(names()).isEmpty();

        write(file, "seven", false);
        assertThat(read(file)).isEqualTo("seven");
        assertThat(names()).containsExactly("7");
        var late = manager.createAtomic(file, true);
        late.close();
        late.cancel();
        assertThat(names()).containsExactly("7");
        manager.delete(file);
        assertThat(manager.exists(file)).isFalse();
        assertThatThrownBy(() -> manager.open(file)).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void aPathMayBeRelativeAndHaveAnyCharacters() throws Exception {
        java.nio.file.Path here = java.nio.file.Path.of("").toAbsolutePath();
        Path relative = new Path(here.relativize(directory).toString());
        Path odd = new Path(relative, "a b%20c#d?e");
        write(odd, "odd", false);
        assertThat(directory.resolve("a b%20c#d?e")).hasContent("odd");
        assertThat(read(odd)).isEqualTo("odd");
        assertThat(manager.list(relative)[0].getPath()).isEqualTo(new Path(root, "a b%20c#d?e"));
    }

    @Test
    void aFileThatExistsIsReplacedOnlyIfTheCallerSaysSo() throws Exception {
        write(file, "first", false);
        assertThatThrownBy(() -> write(file, "second", false)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(read(file)).isEqualTo("first");
        assertThat(names()).containsExactly("7");
        write(file, "third", true);
        assertThat(read(file)).isEqualTo("third");
    }

    @Test
    void writesNothingIntoADirectoryThatIsGone() {
        assertThatThrownBy(() -> write(new Path(root, "gone/7"), "seven", false))
                .isInstanceOf(FileNotFoundException.class);
        assertThat(directory.resolve("gone")).doesNotExist();
    }

    @Test
    void filesHaveThePermissionsThatSparkGivesThem() throws Exception {
        for (String mask : List.of("022", "077", "000")) {
            Configuration conf = new Configuration();
            conf.set("fs.permissions.umask-mode", mask);
            manager = new LocalCheckpointManager(root, conf);
            write(new Path(root, "ours" + mask), "7", false);
            manager.mkdirs(new Path(root, "in" + mask));
            assertThat(Files.getPosixFilePermissions(directory.resolve("ours" + mask)))
                    .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString(
                            mask.equals("022") ? "rw-r--r--" : mask.equals("077") ? "rw-------" : "rw-rw-rw-"));
            assertThat(Files.getPosixFilePermissions(directory.resolve("in" + mask)))
                    .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString(
                            mask.equals("022") ? "rwxr-xr-x" : mask.equals("077") ? "rwx------" : "rwxrwxrwx"));
        }
        byOfSpark(new Path(root, "theirs"), "7", false);
        assertThat(Files.getPosixFilePermissions(directory.resolve("theirs")))
                .isEqualTo(Files.getPosixFilePermissions(directory.resolve("ours022")));
    }

    @Test
    void readsWhatSparkWroteAndSparkReadsWhatItWrote() throws Exception {
        byOfSpark(file, "of Spark", false);
        assertThat(names()).containsExactlyInAnyOrder("7", ".7.crc");
        assertThat(read(file)).isEqualTo("of Spark");
        Path other = new Path(root, "8");
        write(other, "ours", false);
        assertThat(readByOfSpark(other)).isEqualTo("ours");
        assertThatThrownBy(() -> byOfSpark(other, "again", false)).isInstanceOf(FileAlreadyExistsException.class);
        byOfSpark(other, "of Spark", true);
        assertThat(read(other)).isEqualTo("of Spark");
    }

    @Test
    void noChecksumOfAnEarlierFileIsLeftBesideAnother() throws Exception {
        byOfSpark(file, "of Spark", false);
        write(file, "ours, and longer", true);
        assertThat(names()).containsExactly("7");
        assertThat(readVerified(file)).isEqualTo("ours, and longer");

        byOfSpark(file, "of Spark once more", true);
        manager.delete(file);
        assertThat(names()).isEmpty();
        // A crash of Spark's own deletion leaves this.
        byOfSpark(file, "of Spark", false);
        Files.delete(directory.resolve("7"));
        write(file, "ours", false);
        assertThat(readVerified(file)).isEqualTo("ours");
    }

    @Test
    void anInterruptOfTheThreadBreaksNoFile() throws Exception {
        Thread.currentThread().interrupt();
        try {
            write(file, "seven", false);
            write(file, "eight", true);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(read(file)).isEqualTo("eight");
    }

    @Test
    void withoutSecondNamesAFileIsNotReplacedEither() throws Exception {
        for (AtomicFile.SecondName none : List.<AtomicFile.SecondName>of(
                (link, existing) -> {
                    throw new UnsupportedOperationException();
                },
                (link, existing) -> {
                    throw new FileSystemException(link.toString(), null, "Operation not permitted");
                })) {
            pending("first").claim(none);
            assertThat(read(file)).isEqualTo("first");
            assertThatThrownBy(() -> pending("second").claim(none))
                    .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
            assertThat(read(file)).isEqualTo("first");
            manager.delete(file);
            assertThat(names()).isEmpty();
        }
    }

    @Test
    void aLostReplyOfANetworkIsNoSecondDriver() throws Exception {
        pending("seven").claim((link, existing) -> {
            Files.createLink(link, existing);
            throw new java.nio.file.FileAlreadyExistsException(link.toString());
        });
        assertThat(read(file)).isEqualTo("seven");

        AtomicFile.SecondName taken = (link, existing) -> {
            Files.writeString(link, "of another");
            throw new java.nio.file.FileAlreadyExistsException(link.toString());
        };
        manager.delete(file);
        assertThatThrownBy(() -> pending("seven").claim(taken))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
        assertThat(read(file)).isEqualTo("of another");
    }

    @Test
    void aFailedWriteNeverGetsTheName() throws Exception {
        AtomicFile full = new AtomicFile(directory.resolve("7"), ".7.tmp", null);
        full.discard();
        assertThatThrownBy(() -> full.write(new byte[100_000])).isInstanceOf(IOException.class);
        assertThatThrownBy(full::replace).isInstanceOf(IOException.class).hasMessageContaining("not complete");
        assertThat(names()).isEmpty();
    }

    @Test
    void onlyLocalDisksAreItsOwn() throws Exception {
        Configuration conf = new Configuration();
        assertThat(LocalFiles.have(root, conf)).isTrue();
        assertThat(LocalFiles.have(new Path(directory.toString()), conf)).isTrue();
        assertThat(LocalFiles.have(new Path("hdfs://names:1/x"), conf)).isFalse();
        assertThat(LocalFiles.have(new Path("s3a://bucket/x"), conf)).isFalse();
        conf.set("fs.defaultFS", "hdfs://names:1");
        assertThat(LocalFiles.have(new Path("/x"), conf)).isFalse();
        assertThat(LocalFiles.have(root, conf)).isTrue();
        conf.set("fs.AbstractFileSystem.file.impl", "org.example.Encrypting");
        assertThat(LocalFiles.have(root, conf)).isFalse();

        assertThat(new PipelineCheckpointManager(root, new Configuration()).isLocal())
                .isTrue();
    }

    @Test
    void elsewhereItIsTheManagerOfSpark() throws Exception {
        Configuration conf = new Configuration();
        conf.set("fs.AbstractFileSystem.file.impl", OtherLocalFs.class.getName());
        conf.set(PipelineCheckpointManager.SETTING, PipelineCheckpointManager.class.getName());
        PipelineCheckpointManager other = new PipelineCheckpointManager(root, conf);
        try (var out = other.createAtomic(file, false)) {
            out.write("seven".getBytes(UTF_8));
        }
        assertThat(other.isLocal()).as("Spark knows Hadoop's own alone").isFalse();
        assertThat(other.exists(file)).isTrue();
        assertThat(other.list(root)).hasSize(1);
        other.delete(file);
        assertThat(other.list(root, path -> true)).isEmpty();
    }

    /** Another file system for local disks. */
    public static final class OtherLocalFs extends DelegateToFileSystem {
        /** For Hadoop. */
        public OtherLocalFs(URI uri, Configuration conf) throws IOException, URISyntaxException {
            super(uri, new RawLocalFileSystem(), conf, "file", false);
        }
    }

    private AtomicFile pending(String text) throws IOException {
        AtomicFile pending = new LocalFiles(new Configuration()).create(file);
        pending.write(text.getBytes(UTF_8));
        return pending;
    }

    private void write(Path path, String text, boolean overwrite) throws IOException {
        try (var out = manager.createAtomic(path, overwrite)) {
            out.write(text.getBytes(UTF_8));
        }
    }

    private String read(Path path) throws IOException {
        try (var in = manager.open(path)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private void byOfSpark(Path path, String text, boolean overwrite) throws IOException {
        try (var out = ManagerOfSpark.create(root).createAtomic(path, overwrite)) {
            out.write(text.getBytes(UTF_8));
        }
    }

    private String readByOfSpark(Path path) throws IOException {
        try (var in = ManagerOfSpark.create(root).open(path)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** By Hadoop's older interface, which compares what it reads with the checksums beside it. */
    private String readVerified(Path path) throws IOException {
        try (LocalFileSystem files = new LocalFileSystem()) {
            files.initialize(root.toUri(), new Configuration());
            try (var in = files.open(path)) {
                return new String(in.readAllBytes(), UTF_8);
            }
        }
    }

    private List<String> names() throws IOException {
        try (Stream<java.nio.file.Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
