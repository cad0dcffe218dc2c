package io.millrace.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random parts of documents. */
final class JsonParts {
    private static final List<String> WORDS = List.of(
            "the",
            "build",
            "fails",
            "after",
            "an",
            "update",
            "of",
            "this",
            "dependency",
            "stream",
            "when",
            "a",
            "key",
            "is",
            "null",
            "see",
            "log",
            "below",
            "thanks",
            "for",
            "fixing",
            "it",
            "in",
            "release",
            "query",
            "restart");

    private final Random random;

    JsonParts(Random random) {
        this.random = random;
    }

    String name() {
        return word() + oneOf(List.of("-", "", "_")) + word() + number(1, 999);
    }

    String words(int count) {
        return IntStream.range(0, count).mapToObj(i -> word()).collect(Collectors.joining(" "));
    }

    String time() {
        return "2026-0" + number(1, 9) + "-" + number(10, 18) + "T" + number(10, 14) + ":" + number(10, 50) + ":"
                + number(10, 50) + "Z";
    }

    String hex() {
        return Long.toHexString(random.nextLong() | 1L << 63);
    }

    int number(int from, int count) {
        return from + random.nextInt(count);
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    String oneOf(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String word() {
        return oneOf(WORDS);
    }
}
