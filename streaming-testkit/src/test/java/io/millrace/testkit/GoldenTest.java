package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Failure messages of runs that differ from their reviewed file. */
class GoldenTest {
    private static final String SETTING = "millrace.golden";
    /** Below the directory of the build: what these tests write is not to be reviewed. */
    private static final String DIRECTORY = "../../../../target/golden-test/";

    private static final Path FILES =
            Path.of("src", "test", "resources", "golden").resolve(DIRECTORY);

    @BeforeEach
    @AfterEach
    void clear() throws IOException {
        System.clearProperty(SETTING);
        Path directory = FILES.toAbsolutePath().normalize();
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void equalFilePasses() throws IOException {
        write("same", "one\ntwo\n");

        assertThatNoException().isThrownBy(() -> Golden.check(DIRECTORY + "same", "one\ntwo\n"));
    }

    @Test
    void windowsLineEndingsInTheFileAreIgnored() throws IOException {
        write("same", "one\r\ntwo\r\n");

        assertThatNoException().isThrownBy(() -> Golden.check(DIRECTORY + "same", "one\ntwo\n"));
    }

    @Test
    void missingFileIsReportedWithItsFutureContent() {
        assertThat(failureOf("none", "one\n"))
                .hasMessage(
                        "There is no " + file("none") + " yet. Run the test with -Dmillrace.golden=update to write it,"
                                + " and review it. It would be:\n\none\n");
        assertThat(file("none")).doesNotExist();
    }

    @Test
    void lineThatDiffersIsShownWithItsNumberAndTheWholeRun() throws IOException {
        write("other", "one\ntwo\nthree\n");

        assertThat(failureOf("other", "one\n2\n3\n"))
                .hasMessage("The run differs from " + file("other") + ". If the change is intended, run the test with"
                        + " -Dmillrace.golden=update and review the file.\n\n"
                        + "First difference, line 2:\n  expected two\n  was      2\n\none\n2\n3\n");
    }

    @Test
    void bothTextsArePassedToToolsThatCompareThem() throws IOException {
        write("other", "one\r\n");

        AssertionFailedError failure = failureOf("other", "two\n");

        assertThat(failure.getExpected().getValue()).isEqualTo("one\n");
        assertThat(failure.getActual().getValue()).isEqualTo("two\n");
    }

    @Test
    void runThatIsShorterThanTheFileDiffersAfterItsEnd() throws IOException {
        write("longer", "one\ntwo\n");

        assertThat(failureOf("longer", "one"))
                .hasMessageContaining("First difference, line 2:\n  expected two\n  was      (the end)\n");
    }

    @Test
    void runThatIsLongerThanTheFileDiffersAfterTheEndOfTheFile() throws IOException {
        write("shorter", "one");

        assertThat(failureOf("shorter", "one\ntwo\n"))
                .hasMessageContaining("First difference, line 2:\n  expected (the end)\n  was      two\n");
    }

    @Test
    void missingLineBreakAtTheEndIsADifference() throws IOException {
        write("open", "one");

        assertThat(failureOf("open", "one\n"))
                .hasMessageContaining("First difference, line 2:\n  expected (the end)\n  was      \n");
    }

    @Test
    void updateWritesAMissingFile() throws IOException {
        System.setProperty(SETTING, "update");

        Golden.check(DIRECTORY + "below/fresh", "one\n");

        assertThat(Files.readString(file("below/fresh"))).isEqualTo("one\n");
    }

    @Test
    void updateOverwritesADifferentFileAndTheNextRunPasses() throws IOException {
        write("other", "one\n");
        System.setProperty(SETTING, "update");
        Golden.check(DIRECTORY + "other", "two\n");

        System.clearProperty(SETTING);

        assertThatNoException().isThrownBy(() -> Golden.check(DIRECTORY + "other", "two\n"));
    }

    @Test
    void otherSettingThanUpdateOnlyCompares() throws IOException {
        write("other", "one\n");
        for (String setting : List.of("true", "", "Update")) {
            System.setProperty(SETTING, setting);
            assertThat(failureOf("other", "two\n")).hasMessageStartingWith("The run differs from ");
        }
        assertThat(Files.readString(file("other"))).isEqualTo("one\n");
    }

    @Test
    void fileThatCannotBeReadIsNamed() throws IOException {
        Files.createDirectories(file("directory"));

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Golden.check(DIRECTORY + "directory", "one\n"))
                .withMessage("Cannot read or write " + file("directory"));
    }

    private static AssertionFailedError failureOf(String name, String actual) {
        try {
            Golden.check(DIRECTORY + name, actual);
        } catch (AssertionFailedError failure) {
            return failure;
        }
        throw new AssertionError("The file " + name + " is as the run.");
    }

    private static void write(String name, String content) throws IOException {
        Files.createDirectories(FILES.toAbsolutePath().normalize());
        Files.writeString(file(name), content);
    }

    private static Path file(String name) {
        return FILES.resolve(name + ".txt");
    }
}
