package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that each Java block of the guide is, except for white space, in a test or a sample that compiles. */
class DocsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final List<String> SOURCES = files(ROOT, ".java")
            .filter(file -> file.toString().matches(".*/src/test/.*|.*/samples/.*"))
            .map(DocsTest::text)
            .map(DocsTest::squeezed)
            .toList();

    @ParameterizedTest
    @MethodSource("pages")
    void eachJavaBlockIsInASourceThatCompiles(Path page) {
        assertThat(BLOCK.matcher(text(page)).results().map(block -> block.group(1)))
                .filteredOn(block -> SOURCES.stream().noneMatch(source -> source.contains(squeezed(block))))
                .isEmpty();
    }

    static Stream<Path> pages() {
        return files(ROOT.resolve("docs"), ".md")
                .filter(page -> BLOCK.matcher(text(page)).find());
    }

    private static Stream<Path> files(Path directory, String ending) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
