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

/** Directory trees of our own. */
final class Directories {
    private Directories() {}

    /**
     * Creates {@code directory} and what is missing between it and {@code root}, but not {@code root}: that would bring a
     * workspace back which was deleted in the meantime.
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

    /** Deletes what it can; moved aside first, so that whoever still writes into it by name finds nothing there. */
    static void delete(Path directory) {
        try {
            Path gone = directory.resolveSibling(directory.getFileName() + ".gone");
            Files.move(directory, gone);
            Files.walkFileTree(gone, new Deleting());
        } catch (NoSuchFileException e) {
            // Somebody was faster, and it is gone.
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
