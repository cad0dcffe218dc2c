package io.millrace.core.internal.guard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an expression computes, down to the columns of the sources, without the names and ids that Spark gives it.
 *
 * @param words the functions and columns; a literal is a digest, and casts are left out, since versions of Spark differ
 *     in those that they add
 * @param exact the same with casts and types
 */
record Meaning(String words, String exact) {
    /** Longer texts keep their head: an expression of expressions would double with every step. */
    private static final int LENGTH = 160;

    Meaning {
        words = words.length() <= LENGTH ? words : words.substring(0, LENGTH) + ".." + digest(words);
        exact = exact.length() <= LENGTH ? exact : digest(exact);
    }

    static Meaning of(String text) {
        return new Meaning(text, text);
    }

    /** {@code name(one, two)} */
    static Meaning call(String name, List<Meaning> parts) {
        return new Meaning(
                name + "(" + parts.stream().map(Meaning::words).collect(Collectors.joining(", ")) + ")",
                name + "(" + parts.stream().map(Meaning::exact).collect(Collectors.joining(", ")) + ")");
    }

    /** One after the other. */
    static Meaning list(List<Meaning> parts) {
        return new Meaning(
                parts.stream().map(Meaning::words).collect(Collectors.joining(", ")),
                parts.stream().map(Meaning::exact).collect(Collectors.joining(", ")));
    }

    Meaning of(String type, boolean inWords) {
        if (type.isEmpty()) {
            return this;
        }
        return new Meaning(inWords ? words + " " + type : words, exact + " " + type);
    }

    /** A short text that is the same for the same text, and shows nothing of it. */
    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
