package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the messages of docs/errors.md are those of the code: each piece between two gaps is in a literal. */
class ErrorsGuideTest {
    private static final Pattern MESSAGE = Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE);

    @Test
    void messagesOfThePageAreThoseOfTheCode() {
        String page = ProjectFiles.text(ProjectFiles.ROOT.resolve("docs/errors.md"));
        String own = page.substring(0, page.indexOf("## Messages of Spark and Java"));
        String literals = literals();

        List<String> pieces = MESSAGE.matcher(own)
                .results()
                .flatMap(message -> Stream.of(message.group(1).split(" ?\\.\\. ?(?!\\.)")))
                .filter(piece -> !piece.isBlank())
                .toList();

        assertThat(pieces).hasSizeGreaterThan(40);
        assertThat(pieces).filteredOn(piece -> !literals.contains(piece)).isEmpty();
    }

    /** All strings of the modules, with those joined that stand on several lines. */
    private static String literals() {
        return ProjectFiles.named(".java").stream()
                .filter(file -> file.toString().matches(".*/streaming-\\w+/src/main/.*"))
                .map(ProjectFiles::text)
                .map(source -> source.replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\""))
                .collect(Collectors.joining("\n"));
    }
}
