package io.millrace.testkit.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Unpacks the archive in the jar of the binaries, with the libraries of Spark. */
final class PostgresArchive {
    private static final int OWNER_MAY_EXECUTE = 0100;

    private PostgresArchive() {}

    static void unpack(URL packed, Path directory) throws IOException {
        try (TarArchiveInputStream archive = new TarArchiveInputStream(
                new XZCompressorInputStream(new BufferedInputStream(packed.openStream(), 1 << 16)))) {
            for (ArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                unpack(archive, (TarArchiveEntry) entry, directory);
            }
        }
    }

    private static void unpack(InputStream content, TarArchiveEntry entry, Path directory) throws IOException {
        Path target = Directories.entry(directory, entry.getName());
        if (entry.isDirectory()) {
            Directories.create(directory, target);
        } else if (entry.isSymbolicLink()) {
            Directories.create(directory, target.resolve("..").normalize());
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (!entry.getName().endsWith(".a")) {
            Directories.create(directory, target.resolve("..").normalize());
            Files.copy(content, target);
            boolean program = (entry.getMode() & OWNER_MAY_EXECUTE) != 0;
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
