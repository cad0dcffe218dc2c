package io.millrace.core.internal.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several writers on one checkpoint, and writers that are killed. */
class LocalCheckpointProcessesTest {
    private static final int KILLS = 10;

    private final Path directory;

    LocalCheckpointProcessesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void ofTwoThreadsThatNameAFileOneSucceeds() throws Exception {
        int files = 1_000;
        LocalCheckpointManager manager = new LocalCheckpointManager(root(), new Configuration());
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<boolean[]>> writers = new ArrayList<>();
            for (int writer = 0; writer < 2; writer++) {
                writers.add(threads.submit(() -> {
                    boolean[] won = new boolean[files];
                    for (int number = 0; number < files; number++) {
                        var out = manager.createAtomic(new org.apache.hadoop.fs.Path(root(), "" + number), false);
                        out.writeInt(number);
                        together.await();
                        try {
                            out.close();
                            won[number] = true;
                        } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
                            // The other one has it.
                        }
                    }
                    return won;
                }));
            }
            boolean[] first = writers.get(0).get();
            boolean[] second = writers.get(1).get();
            assertThat(IntStream.range(0, files)).allMatch(number -> first[number] != second[number]);
            assertThat(names(directory)).hasSize(files);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void ofTwoProcessesThatNameAFileOneSucceeds() throws Exception {
        int files = 200;
        Process first = writer(directory, "first", files);
        Process second = writer(directory, "second", files);
        try (BufferedReader ofFirst = first.inputReader();
                BufferedReader ofSecond = second.inputReader()) {
            assertThat(ofFirst.readLine()).isEqualTo("ready");
            assertThat(ofSecond.readLine()).isEqualTo("ready");
            first.getOutputStream().close();
            second.getOutputStream().close();
            // So little text that neither waits for it to be read.
            List<String> won = new ArrayList<>(ofFirst.lines().toList());
            int wonByFirst = won.size();
            won.addAll(ofSecond.lines().toList());

            assertThat(won).doesNotHaveDuplicates().hasSize(files);
            assertThat(List.of(first.waitFor(), second.waitFor()))
                    .as("both have taken part")
                    .containsOnly(0);
            for (String number : won.subList(0, wonByFirst)) {
                assertThat(wholeFileOf(directory.resolve(number))).isEqualTo("first");
            }
        } finally {
            first.destroyForcibly();
            second.destroyForcibly();
        }
    }

    @Test
    void aKilledProcessLeavesWholeFilesUnderTheirNames() throws Exception {
        Random chance = new Random(1);
        for (int kill = 0; kill < KILLS; kill++) {
            Path checkpoint = Files.createDirectory(directory.resolve("kill" + kill));
            Process writer = writer(checkpoint, "writer", Integer.MAX_VALUE);
            try (BufferedReader lines = writer.inputReader()) {
                assertThat(lines.readLine()).isEqualTo("ready");
                writer.getOutputStream().close();
                for (int line = chance.nextInt(20); line >= 0; line--) {
                    assertThat(lines.readLine()).isNotNull();
                }
            } finally {
                writer.destroyForcibly().waitFor();
            }
            for (String name : names(checkpoint)) {
                if (!name.endsWith(".tmp")) {
                    assertThat(wholeFileOf(checkpoint.resolve(name))).isEqualTo("writer");
                }
            }
        }
    }

    @Test
    void aProcessKilledWithinAFileLeavesNoneUnderItsName() throws Exception {
        Process writer = writer(directory, "writer", 0);
        try (BufferedReader lines = writer.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("ready");
            writer.getOutputStream().close();
            assertThat(lines.readLine()).isEqualTo("half");
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertThat(names(directory)).singleElement().asString().endsWith(".tmp");
    }

    private org.apache.hadoop.fs.Path root() {
        return new org.apache.hadoop.fs.Path("file:" + directory);
    }

    private static Process writer(Path checkpoint, String name, int files) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CheckpointWriter.class.getName(),
                        checkpoint.toString(),
                        Integer.toString(files),
                        name)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The writer of a file that has all of its lines. */
    private static String wholeFileOf(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        String writer = lines.get(0).substring(0, lines.get(0).indexOf(' '));
        assertThat(lines)
                .as(file.toString())
                .isEqualTo(IntStream.range(0, CheckpointWriter.LINES)
                        .mapToObj(line -> writer + " " + line)
                        .toList());
        return writer;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
