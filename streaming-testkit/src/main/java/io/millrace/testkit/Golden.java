package io.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.AssertionFailedError;

/** Reviewed text files that a run must match. */
final class Golden {
    private static final String UPDATE = "-Dmillrace.golden=update";

    private Golden() {}

    static void check(String name, String actual) {
        Path file = Path.of("src", "test", "resources", "golden", name + ".txt");
        try {
            if ("update".equals(System.getProperty("millrace.golden"))) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, actual);
                return;
            }
            compare(file, actual);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read or write " + file, e);
        }
    }

    private static void compare(Path file, String actual) throws IOException {
        if (!Files.exists(file)) {
            throw new AssertionFailedError("There is no " + file + " yet. Run the test with " + UPDATE
                    + " to write it, and review it. It would be:\n\n" + actual);
        }
        String expected = Files.readString(file).replace("\r\n", "\n");
        if (!expected.equals(actual)) {
            throw new AssertionFailedError(
                    "The run differs from " + file + ". If the change is intended, run the test with " + UPDATE
                            + " and review the file.\n\n" + firstDifference(expected, actual) + "\n" + actual,
                    expected,
                    actual);
        }
    }

    private static String firstDifference(String expected, String actual) {
        String[] before = expected.split("\n", -1);
        String[] after = actual.split("\n", -1);
        int line = 0;
        while (line < before.length && line < after.length && before[line].equals(after[line])) {
            line++;
        }
        return "First difference, line " + (line + 1) + ":\n  expected " + lineOf(before, line) + "\n  was      "
                + lineOf(after, line) + "\n";
    }

    private static String lineOf(String[] lines, int line) {
        return line < lines.length ? lines[line] : "(the end)";
    }
}
