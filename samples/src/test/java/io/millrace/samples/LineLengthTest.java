package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The formatter breaks code, and leaves comments, strings and Markdown as they are. */
class LineLengthTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LONGEST = 120;
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern TABLE_ROW = Pattern.compile("(?m)^\\|.*");
    private static final Pattern TARGET_OF_LINK = Pattern.compile("]\\([^)]*\\)");

    @Test
    void noLineOfASourceIsLongerThanTheEditorsLimit() throws IOException {
        assertThat(Files.readString(ROOT.resolve(".editorconfig"))).contains("max_line_length = " + LONGEST);
        assertThat(tooLong(".java", UnaryOperator.identity())).isEmpty();
    }

    /** Tables and code cannot be broken, nor can the targets of links. */
    @Test
    void noLineOfProseIsLongerThanThat() throws IOException {
        assertThat(tooLong(".md", LineLengthTest::prose)).isEmpty();
    }

    private static String prose(String page) {
        String text = CODE.matcher(page)
                .replaceAll(code -> "\n".repeat((int) code.group().lines().count() - 1));
        return TARGET_OF_LINK.matcher(TABLE_ROW.matcher(text).replaceAll("")).replaceAll("]");
    }

    private static List<String> tooLong(String ending, UnaryOperator<String> checked) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().contains("/target/"))
                    .flatMap(file -> tooLong(file, checked).stream())
                    .toList();
        }
    }

    private static List<String> tooLong(Path file, UnaryOperator<String> checked) {
        List<String> found = new ArrayList<>();
        try {
            List<String> lines = checked.apply(Files.readString(file)).lines().toList();
            for (int line = 0; line < lines.size(); line++) {
                if (lines.get(line).length() > LONGEST) {
                    found.add(ROOT.relativize(file) + ":" + (line + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
