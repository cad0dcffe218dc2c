package io.millrace.sinks.jdbc.dialect;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names for what is long: other than a hash code, no two of them are ever the same. */
public final class Digest {
    private Digest() {}

    /** Twice as many hexadecimal digits as bytes, from all of the parts in their order. */
    public static String of(int bytes, String... parts) {
        return HexFormat.of().formatHex(sha256(String.join("\0", parts)), 0, bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has SHA-256
        }
    }
}
