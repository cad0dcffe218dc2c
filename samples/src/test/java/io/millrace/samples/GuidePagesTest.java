package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that code in the guide is equal, except for white space, to the file named in the comment before it. */
class GuidePagesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern QUOTED =
            Pattern.compile("<!-- (\\S+\\.(?:java|xml)) -->\\n```\\w+\\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"docs/guide.md", "docs/from-hand-written-spark.md"})
    void quotedCodeIsInItsFile(String page) throws IOException {
        List<MatchResult> quotes = QUOTED.matcher(read(page)).results().toList();

        assertThat(quotes).isNotEmpty();
        for (MatchResult quote : quotes) {
            assertThat(squeezed(read(quote.group(1)))).contains(squeezed(quote.group(2)));
        }
    }

    private static String read(String path) throws IOException {
        return Files.readString(ROOT.resolve(path));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s", "");
    }
}
