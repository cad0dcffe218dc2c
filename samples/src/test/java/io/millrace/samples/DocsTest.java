package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that each Java block of the guide is, except for white space, in a test or a sample that compiles. */
class DocsTest {
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final List<String> SOURCES = ProjectFiles.named(".java").stream()
            .filter(file -> file.toString().matches(".*/src/test/.*|.*/samples/.*"))
            .map(ProjectFiles::text)
            .map(DocsTest::squeezed)
            .toList();

    @ParameterizedTest
    @MethodSource("pages")
    void eachJavaBlockIsInASourceThatCompiles(Path page) {
        assertThat(BLOCK.matcher(ProjectFiles.text(page)).results().map(block -> block.group(1)))
                .filteredOn(block -> SOURCES.stream().noneMatch(source -> source.contains(squeezed(block))))
                .isEmpty();
    }

    static Stream<Path> pages() {
        return ProjectFiles.named(".md").stream()
                .filter(page -> page.startsWith(ProjectFiles.ROOT.resolve("docs")))
                .filter(page -> BLOCK.matcher(ProjectFiles.text(page)).find());
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
