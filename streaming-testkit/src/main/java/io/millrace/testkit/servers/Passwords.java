package io.millrace.testkit.servers;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Random passwords of servers. */
final class Passwords {
    private static final int BYTES = 12;

    private Passwords() {}

    static String random() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
