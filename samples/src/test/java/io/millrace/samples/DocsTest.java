package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that each Java block of these pages is, line by line, in a test or a sample that compiles. */
class DocsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final List<String> SOURCES = files(ROOT, ".java").stream()
            .filter(file -> file.toString().matches(".*/src/test/.*|.*/samples/src/.*"))
            .map(DocsTest::lines)
            .toList();

    @ParameterizedTest
    @MethodSource("pages")
    void eachJavaBlockIsInASourceThatCompiles(Path page) throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(page))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();

        assertThat(blocks)
                .allSatisfy(block -> assertThat(SOURCES).anyMatch(source -> source.contains(stripped(block.lines()))));
    }

    static List<Path> pages() {
        return Stream.of("sources", "transforms", "json", "pipelines", "validation")
                .map(name -> ROOT.resolve("docs/" + name + ".md"))
                .toList();
    }

    private static List<Path> files(Path directory, String ending) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lines(Path source) {
        try (Stream<String> lines = Files.lines(source)) {
            return stripped(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The indentation depends on the context.
    private static String stripped(Stream<String> lines) {
        return lines.map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
    }
}
