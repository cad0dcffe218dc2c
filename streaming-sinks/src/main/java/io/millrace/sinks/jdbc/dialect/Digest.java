package io.millrace.sinks.jdbc.dialect;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short digests of long texts. Unlike hash codes, they do not collide in practice. */
public final class Digest {
    private Digest() {}

    /** Returns a digest of the parts in their order, in hexadecimal digits: two for each byte. */
    public static String of(int bytes, String... parts) {
        return HexFormat.of().formatHex(sha256(String.join("\0", parts)), 0, bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM supports SHA-256
        }
    }
}
