package io.millrace.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.ShutdownHookManager;

/** The demo's directory for Spark's files and the checkpoint, which is gone when the demo is, also after Ctrl-C. */
final class Scratch implements AutoCloseable {
    // Spark stops its context at 50, in the same manager: this comes after it.
    private static final int AFTER_SPARK = 1;

    private final Path path;

    /** Refused once the JVM is ending, when nobody would delete it. */
    Scratch() {
        // The hook first: where it comes too late to be taken, no directory must be there. It waits for this monitor.
        synchronized (this) {
            ShutdownHookManager.get().addShutdownHook(this::close, AFTER_SPARK);
            try {
                path = Files.createTempDirectory("millrace-demo-");
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot make a temporary directory", e);
            }
        }
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
        FileUtil.fullyDelete(path.toFile());
    }
}
