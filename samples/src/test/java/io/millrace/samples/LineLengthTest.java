package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The formatter breaks code, and leaves comments and strings as they are. */
class LineLengthTest {
    private static final int LONGEST = 120;

    @Test
    void noLineOfASourceIsLongerThanTheEditorsLimit() throws IOException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        assertThat(Files.readString(root.resolve(".editorconfig"))).contains("max_line_length = " + LONGEST);
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.toString().contains("/target/"))
                            .flatMap(file -> tooLong(root, file).stream()))
                    .isEmpty();
        }
    }

    private static List<String> tooLong(Path root, Path file) {
        List<String> found = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int line = 0; line < lines.size(); line++) {
                if (lines.get(line).length() > LONGEST) {
                    found.add(root.relativize(file) + ":" + (line + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
