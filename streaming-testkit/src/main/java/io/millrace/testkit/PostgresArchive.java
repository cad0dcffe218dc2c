package io.millrace.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The archive that the jar of the binaries holds. A class of its own, because its libraries are optional. */
final class PostgresArchive {
    private static final int OWNER_MAY_EXECUTE = 0100;

    private PostgresArchive() {}

    static void unpack(URL packed, Path directory) throws IOException {
        try (TarArchiveInputStream archive = new TarArchiveInputStream(
                new XZCompressorInputStream(new BufferedInputStream(packed.openStream(), 1 << 16)))) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                unpack(archive, entry, directory);
            }
        }
    }

    private static void unpack(InputStream content, TarArchiveEntry entry, Path directory) throws IOException {
        Path target = directory.resolve(entry.getName()).normalize();
        if (!target.startsWith(directory)) {
            throw new IOException("Refused to unpack " + entry.getName() + " outside of " + directory);
        }
        if (entry.isDirectory()) {
            makeDirectories(directory, target);
        } else if (entry.isSymbolicLink()) {
            makeDirectories(directory, target.resolve("..").normalize());
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (!entry.getName().endsWith(".a")) {
            makeDirectories(directory, target.resolve("..").normalize());
            Files.copy(content, target);
            boolean program = (entry.getMode() & OWNER_MAY_EXECUTE) != 0;
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    // Not createDirectories: that would bring the workspace back when it goes away in the meantime.
    private static void makeDirectories(Path directory, Path target) throws IOException {
        Path made = directory;
        for (Path step : directory.relativize(target)) {
            made = made.resolve(step);
            try {
                Files.createDirectory(made);
            } catch (FileAlreadyExistsException e) {
                // An entry before this one has made it.
            }
        }
    }
}
