package io.millrace.core.internal.json;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Documents that {@link JsonScanner} has to read by itself; the same for the same seed. */
final class JsonPlainDocuments {
    private static final List<String> NAMES =
            List.of("a", "b", "c", "a b", "é", "日本", "", "0", "identifier", "identifiers", "x".repeat(40));
    private static final List<String> PATH_NAMES =
            NAMES.stream().filter(name -> !name.isEmpty()).toList();
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "-0.0",
            "0.0",
            "7",
            "-42",
            "1.5",
            "1.50",
            "0.001",
            "0.0001",
            "9999999.5",
            "12345678.5",
            "1e3",
            "1E+3",
            "-12.5e-7",
            "9223372036854775808",
            "123456789012345678901234567890",
            "52.520006599999997",
            "1.000000",
            "100.0",
            "4.35");
    private static final List<String> TEXTS = List.of(
            "",
            "x",
            "plain text of more than eight bytes",
            "https://example.com/a/b?c=d",
            "a \\\"quoted\\\" word",
            "C:\\\\folder\\\\",
            "line\\nline\\ttab\\r\\b\\f",
            "https:\\/\\/example.com",
            "\\u0041\\u00e9\\u20ac",
            "\\ud83d\\ude00 and \\uD83D\\uDE00",
            "é",
            "日本語",
            "😀",
            "tab\there",
            "{\\\"a\\\":[1,2]}",
            "[{,:}]");

    private final Random random;

    JsonPlainDocuments(long seed) {
        random = new Random(seed);
    }

    String next() {
        return container(0) + (random.nextInt(20) == 0 ? " what follows" : "");
    }

    /** A path that finds something in many documents. */
    String path() {
        StringBuilder path = new StringBuilder("$");
        for (int steps = 1 + random.nextInt(3); steps > 0; steps--) {
            int kind = random.nextInt(10);
            path.append(kind == 0 ? "[*]" : kind < 3 ? "[" + random.nextInt(3) + "]" : "." + oneOf(PATH_NAMES));
        }
        return path.toString();
    }

    private String container(int depth) {
        return random.nextInt(3) > 0
                ? container("{", "}", depth, () -> '"' + name() + '"' + space() + ":" + space() + value(depth + 1))
                : container("[", "]", depth, () -> value(depth + 1));
    }

    private String container(String open, String close, int depth, Supplier<String> content) {
        StringBuilder text = new StringBuilder(open).append(space());
        for (int left = random.nextInt(depth == 0 ? 10 : 5); left > 0; left--) {
            text.append(content.get()).append(space()).append(left > 1 ? "," + space() : "");
        }
        return text.append(close).toString();
    }

    private String name() {
        return oneOf(NAMES.subList(0, random.nextBoolean() ? 3 : NAMES.size()));
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 4 ? 6 : 9)) {
            case 0, 1 -> oneOf(NUMBERS);
            case 2 -> oneOf(List.of("null", "true", "false"));
            case 3 -> random.nextInt() + "." + random.nextInt(100_000);
            case 4, 5 -> '"' + oneOf(TEXTS) + '"';
            default -> container(depth);
        };
    }

    private String space() {
        return random.nextInt(10) == 0 ? oneOf(List.of(" ", "\n", "\t", "\r\n", "          ")) : "";
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
