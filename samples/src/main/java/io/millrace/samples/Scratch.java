package io.millrace.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Supplier;
import org.apache.hadoop.util.ShutdownHookManager;
import org.jspecify.annotations.Nullable;

/** The demo's directory for Spark's files and the checkpoint, which is gone when the demo is, also after Ctrl-C. */
final class Scratch implements AutoCloseable {
    // Spark stops its context at 50, in the same manager: this comes after it.
    private static final int AFTER_SPARK = 1;

    private final Path path;

    Scratch() {
        try {
            path = Files.createTempDirectory("millrace-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a temporary directory", e);
        }
        ShutdownHookManager.get().addShutdownHook(this::close, AFTER_SPARK);
    }

    String resolve(String name) {
        return path.resolve(name).toString();
    }

    /** Runs what makes files of its own accord, such as the start of Spark; {@link #close()} waits for it. */
    synchronized <T> T during(Supplier<T> work) {
        if (Files.notExists(path)) {
            throw new IllegalStateException("the demo is ending");
        }
        return work.get();
    }

    static boolean isEnding() {
        return ShutdownHookManager.get().isShutdownInProgress();
    }

    @Override
    public synchronized void close() {
        try {
            if (Files.exists(path)) {
                Files.walkFileTree(path, new Deleting());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + path, e);
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
