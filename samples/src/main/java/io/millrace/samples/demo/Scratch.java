package io.millrace.samples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.ShutdownHookManager;

/** A temporary directory for Spark's files and the checkpoint. Deleted at the end, also after Ctrl-C. */
public final class Scratch implements AutoCloseable {
    // Spark stops its context with priority 50; this hook runs after that.
    private static final int AFTER_SPARK = 1;

    private final Path path;

    /** Creates the directory; fails if the JVM is shutting down, since the directory would not be deleted. */
    public Scratch() {
        // Adds the hook before creating the directory, since that may fail. The hook waits for this monitor.
        synchronized (this) {
            ShutdownHookManager.get().addShutdownHook(this::close, AFTER_SPARK);
            try {
                path = Files.createTempDirectory("millrace-demo-");
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot create a temporary directory", e);
            }
        }
    }

    public String resolve(String name) {
        return path.resolve(name).toString();
    }

    /** Runs work that creates files, such as starting Spark; {@link #close()} waits for it. */
    public synchronized <T> T during(Supplier<T> work) {
        if (Files.notExists(path)) {
            throw new IllegalStateException("the program is shutting down");
        }
        return work.get();
    }

    static boolean isShuttingDown() {
        return ShutdownHookManager.get().isShutdownInProgress();
    }

    @Override
    public synchronized void close() {
        FileUtil.fullyDelete(path.toFile());
    }
}
