package io.millrace.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A server with its own directory, which can be started, stopped and killed until it is discarded. */
abstract class ChildServer {
    private final String name;
    private final String contents;
    private final Path directory;
    private @Nullable ServerProcess process;
    private boolean discarded;

    /**
     * A server that has not been started.
     *
     * @param contents the data that is deleted with the directory, for messages
     */
    ChildServer(String name, String contents, Path directory) {
        this.name = name;
        this.contents = contents;
        this.directory = directory;
    }

    /** Launches the process; {@link #isReady} checks whether it serves. */
    abstract ServerProcess launch() throws IOException;

    /** Whether the process that was launched serves. */
    abstract boolean isReady(ServerProcess started);

    /** The time limit of a start. */
    abstract Duration startsWithin();

    /** The signal that shuts it down. */
    abstract String stopSignal();

    /** Removes what it leaves outside of its directory after an immediate end. */
    void clear() {}

    final Path directory() {
        return directory;
    }

    final long pid() {
        return process().pid();
    }

    final boolean isRunning() {
        return process().alive();
    }

    final synchronized void start() {
        if (discarded) {
            throw new IllegalStateException(
                    "This " + name + " was closed and its " + contents + " deleted. Start a new one.");
        }
        try {
            ServerProcess started = launch();
            process = started;
            started.awaitReady(() -> isReady(started), startsWithin());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + name, e);
        }
    }

    final void stop() {
        process().stop(stopSignal());
    }

    final void kill() {
        process().kill();
    }

    final void restart() {
        stop();
        start();
    }

    final synchronized void discard() {
        if (!discarded) {
            discarded = true;
            process().dispose();
            clear();
            Directories.delete(directory);
        }
    }

    private synchronized ServerProcess process() {
        if (process == null) {
            throw new IllegalStateException(name + " has not been started");
        }
        return process;
    }
}
