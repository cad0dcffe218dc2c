package io.millrace.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The code blocks of {@code docs/testkit.md}, which tests compare with running code. */
final class Guide {
    private static final Path FILE = Path.of("..", "docs", "testkit.md");
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);

    private Guide() {}

    /** Returns all blocks in {@code language}. */
    static List<String> blocks(String language) {
        try {
            return BLOCK.matcher(Files.readString(FILE))
                    .results()
                    .filter(block -> block.group(1).equals(language))
                    .map((MatchResult block) -> block.group(2))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the failure of batch {@code name} in the guide. */
    static String block(String name) {
        return blocks("text").stream()
                .filter(block -> block.startsWith("Batch \"" + name + "\" "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(FILE + " does not show a failure of batch \"" + name + "\""));
    }
}
