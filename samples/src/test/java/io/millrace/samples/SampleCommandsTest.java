package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each command of README.md in this JVM, except for those that end by Ctrl-C. */
@Timeout(120)
class SampleCommandsTest {
    private static final String COMMAND = "./sample ";

    /** Expected output of samples that print more than the number of rows. */
    private static final Map<String, List<String>> OUTPUT = Map.of(
            "replica", List.of("|  2 |   Bo | Chur |"),
            "orders", List.of("orders: exact, orders=100000 malformed=1000 windows=", " reads=1 differences=0"),
            "revenue", List.of("revenue: [2026-01-01 00:00:00.0,2026-01-01 01:00:00.0,basic,pen,6.00,2026-01-01]"),
            "late-words", List.of("dropped by the watermark: 1"),
            "to-parquet", List.of("rejected: ", "outputMode(Complete)"),
            "jdbc-upsert", List.of("| 94105 |     3 |"),
            "jdbc-exactly-once", List.of("| 94105 | 202"),
            "continuous", List.of("94105={\"zip\":\"94105\""),
            "backfill", List.of("backfill: 6 rows read in 2 batches, 5 written"),
            "supervised", List.of("cut: RUNNING", "exit code: 65", " given_up=1 ", " lost=0"));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    static List<String> commandsOfTheReadme() throws IOException {
        return readme(COMMAND);
    }

    @Test
    void eachSampleIsInTheReadme() throws IOException {
        assertThat(commandsOfTheReadme())
                .containsExactlyElementsOf(Samples.programs().keySet());
    }

    @ParameterizedTest
    @MethodSource("commandsOfTheReadme")
    void eachCommandOfTheReadmeSucceedsAndPrintsItsResult(String command) {
        assertThat(run(command.split(" +"))).as(text(err)).isZero();

        assertThat(text(out)).contains(OUTPUT.getOrDefault(command, List.of(command + ": ")));
        assertThat(text(err)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    word-cont                       | sample: unknown sample word-cont. Samples: word-count,
                    word-count --socket localhost   | \
                        sample: --socket localhost: must be host:port, e.g. localhost:9999.
                    """)
    void failureToStartIsOneLineAndExitCodeTwo(String command, String message) {
        assertThat(run(command.split(" ", -1))).isEqualTo(2);
        assertThat(text(err)).startsWith(message);
    }

    /** Returns the rest of the lines that start with {@code start}, without comments. */
    static List<String> readme(String start) throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith(start))
                .map(line ->
                        line.substring(start.length()).replaceAll("#.*", "").strip())
                .toList();
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
