package io.millrace.testkit.servers;

import io.millrace.core.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** Passwords of servers: random ones, and the files in which clients find them. */
final class Passwords {
    private static final int BYTES = 12;
    private static final Set<PosixFilePermission> OWNER_READS_AND_WRITES = PosixFilePermissions.fromString("rw-------");

    private Passwords() {}

    static String random() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Writes a password to a file of {@code directory} that only this user can read. */
    static Secret inFile(Path directory, String password) {
        Path file = directory.resolve("client-password");
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_READS_AND_WRITES));
            Files.writeString(file, password);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the password of a server to " + file, e);
        }
        return Secret.file(file);
    }
}
