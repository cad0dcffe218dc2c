package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of commands in README.md, and some of them as they stand there, on embedded servers. */
@Timeout(120)
class SampleCommandsTest {
    private static final String COMMAND = "./sample ";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    static List<String> commandsOfTheReadme() throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith(COMMAND))
                .map(line ->
                        line.substring(COMMAND.length()).replaceAll("#.*", "").strip())
                .toList();
    }

    @Test
    void everyProgramIsInTheReadme() throws IOException {
        assertThat(commandsOfTheReadme())
                .containsExactlyElementsOf(Samples.programs().keySet());
    }

    @Test
    void theLateWordIsCountedAndTheOneTooLateDropped() {
        assertThat(run("late-words")).as(text(err)).isZero();

        assertThat(text(out)).contains("dropped by the watermark: 1");
    }

    @Test
    void parquetInCompleteModeIsRefusedWithTheReason() {
        assertThat(run("to-parquet")).as(text(err)).isZero();

        assertThat(text(out))
                .contains("refused: ")
                .contains("outputMode(Complete)")
                .contains("to-parquet: 6 rows read");
    }

    @Test
    void theBackfillEndsByItselfInBatchesOfTheSizeItWasGiven() {
        assertThat(run("backfill")).as(text(err)).isZero();

        assertThat(text(out)).contains("backfill: 6 rows read in 2 batches, 5 written");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    word-cont                       | sample: there is no program word-cont. Those that exist: word-count,
                    word-count --socket localhost   | sample: --socket localhost: write it as host:port, such as localhost:9999.
                    """)
    void whatCannotStartIsOneSentenceAndExitCodeTwo(String command, String sentence) {
        assertThat(run(command.split(" ", -1))).isEqualTo(2);
        assertThat(text(err)).startsWith(sentence);
    }

    private int run(String... arguments) {
        return Samples.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
