package io.millrace.testkit;

import java.nio.charset.StandardCharsets;

/** Texts that Spark and Kafka keep in UTF-8. */
final class Texts {
    private Texts() {}

    /**
     * {@code text}, unless a part of it is half of a character, for which UTF-8 would have a question mark.
     *
     * @throws HalfCharacter if so
     */
    static String whole(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new HalfCharacter();
        }
        return text;
    }

    /** The bytes of {@code text}, which {@code call} was given. */
    static byte[] utf8(String call, String text) {
        try {
            return whole(text).getBytes(StandardCharsets.UTF_8);
        } catch (HalfCharacter e) {
            throw new IllegalArgumentException(call + "(" + RowText.value(text) + "): " + e.getMessage(), e);
        }
    }

    /** A text that is none. */
    static final class HalfCharacter extends RuntimeException {
        private static final long serialVersionUID = 1;

        HalfCharacter() {
            super("This is not a text, since it has half of a surrogate pair.");
        }
    }
}
