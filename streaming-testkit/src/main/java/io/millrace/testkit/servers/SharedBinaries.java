package io.millrace.testkit.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The programs of databases, unpacked once and shared by the JVMs of one user: in {@code millrace-binaries-USER} below
 * {@code java.io.tmpdir}, a directory for each jar. Unpacking takes longer than starting the server.
 */
final class SharedBinaries {
    /** Contains the number of files. Cleaners of temporary directories delete old files one by one. */
    private static final String COUNT = ".millrace-files";

    // Others must be able to enter, since PostgreSQL runs without root's rights, but must not write.
    private static final Set<PosixFilePermission> OWNER_WRITES = PosixFilePermissions.fromString("rwx--x--x");

    private SharedBinaries() {}

    /** The directory into which {@code unpacking} unpacked {@code jar}, for this JVM or for an earlier one. */
    static Path of(Path jar, Workspace workspace, Unpacking unpacking) throws IOException {
        Path shared = workspace.root().resolveSibling("millrace-binaries-" + System.getProperty("user.name"));
        return below(shared, jar, workspace, unpacking);
    }

    // Synchronized because a JVM cannot wait for a lock on a file that it holds itself.
    static synchronized Path below(Path shared, Path jar, Workspace workspace, Unpacking unpacking) throws IOException {
        if (!isOurs(shared, workspace)) {
            return workspace.unpackedOnce(jar.toString(), unpacking);
        }
        Path directory = shared.resolve(nameOf(jar));
        Path lockFile = shared.resolve("lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assert lock.isValid();
            if (!isComplete(directory)) {
                Path unpacked = workspace.newDirectory("binaries");
                unpacking.into(unpacked);
                Files.writeString(unpacked.resolve(COUNT), Long.toString(files(unpacked)));
                Directories.delete(directory);
                Files.move(unpacked, directory);
            }
            return directory;
        }
    }

    /** Another user may have created the directory, with programs of his own. */
    private static boolean isOurs(Path shared, Workspace workspace) throws IOException {
        try {
            Files.createDirectory(shared);
            Files.setPosixFilePermissions(shared, OWNER_WRITES);
        } catch (FileAlreadyExistsException e) {
            // Created by an earlier JVM.
        }
        return Files.isDirectory(shared, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(shared).equals(Files.getOwner(workspace.root()))
                && Files.getPosixFilePermissions(shared).equals(OWNER_WRITES);
    }

    private static String nameOf(Path jar) throws IOException {
        String content = jar.toRealPath() + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar);
        return UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static boolean isComplete(Path directory) throws IOException {
        try {
            // The file of the count is one more.
            return Long.parseLong(Files.readString(directory.resolve(COUNT))) + 1 == files(directory);
        } catch (NoSuchFileException | NumberFormatException e) {
            return false;
        }
    }

    private static long files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .count();
        }
    }

    /** Fills a directory. */
    @FunctionalInterface
    interface Unpacking {
        void into(Path directory) throws IOException;
    }
}
