package io.millrace.testkit.servers;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Creates and deletes directory trees. */
final class Directories {
    private Directories() {}

    /**
     * Creates {@code directory} and its parents below {@code root}, but not {@code root} itself: that would recreate a
     * workspace that has been deleted.
     */
    static void create(Path root, Path directory) throws IOException {
        Path made = root;
        for (Path step : root.relativize(directory)) {
            made = made.resolve(step);
            try {
                Files.createDirectory(made);
            } catch (FileAlreadyExistsException e) {
                // Created for an earlier file.
            }
        }
    }

    /** The path of an archive's entry below {@code directory}; refuses a name that leads out of it. */
    static Path entry(Path directory, String name) throws IOException {
        Path path = directory.resolve(name).normalize();
        if (!path.startsWith(directory)) {
            throw new IOException("Refused to unpack " + name + " outside of " + directory);
        }
        return path;
    }

    /** Renames the directory, so that nothing can be written to it by name, and deletes what it can. */
    static void delete(Path directory) {
        try {
            Path gone = directory.resolveSibling(directory.getFileName() + ".gone");
            Files.move(directory, gone);
            Files.walkFileTree(gone, new Deleting());
        } catch (NoSuchFileException e) {
            // Another thread or the watchdog has deleted it.
        } catch (IOException e) {
            System.err.println("Cannot delete " + directory + ": " + e);
        }
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
