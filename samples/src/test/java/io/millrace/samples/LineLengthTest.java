package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The formatter breaks code, and leaves comments, strings and Markdown as they are. */
class LineLengthTest {
    private static final Path ROOT = ProjectFiles.ROOT;
    private static final int LONGEST = 120;
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern TABLE_ROW = Pattern.compile("(?m)^\\|.*");
    private static final Pattern TARGET_OF_LINK = Pattern.compile("]\\([^)]*\\)");

    /** Imports cannot be broken. */
    @Test
    void noLineOfASourceIsLongerThanTheEditorsLimit() throws IOException {
        assertThat(Files.readString(ROOT.resolve(".editorconfig"))).contains("max_line_length = " + LONGEST);
        assertThat(tooLong(".java", source -> IMPORT.matcher(source).replaceAll("")))
                .isEmpty();
    }

    /** Tables and code cannot be broken, nor can the targets of links. */
    @Test
    void noLineOfProseIsLongerThanThat() {
        assertThat(tooLong(".md", LineLengthTest::prose)).isEmpty();
    }

    private static String prose(String page) {
        String text = CODE.matcher(page)
                .replaceAll(code -> "\n".repeat((int) code.group().lines().count() - 1));
        return TARGET_OF_LINK.matcher(TABLE_ROW.matcher(text).replaceAll("")).replaceAll("]");
    }

    private static List<String> tooLong(String ending, UnaryOperator<String> checked) {
        return ProjectFiles.named(ending).stream()
                .flatMap(file -> tooLong(file, checked).stream())
                .toList();
    }

    private static List<String> tooLong(Path file, UnaryOperator<String> checked) {
        List<String> found = new ArrayList<>();
        List<String> lines = checked.apply(ProjectFiles.text(file)).lines().toList();
        for (int line = 0; line < lines.size(); line++) {
            if (lines.get(line).length() > LONGEST) {
                found.add(ROOT.relativize(file) + ":" + (line + 1));
            }
        }
        return found;
    }
}
