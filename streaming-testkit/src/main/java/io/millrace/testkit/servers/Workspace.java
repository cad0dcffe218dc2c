package io.millrace.testkit.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The directory of this JVM's servers. Neither it nor a process in it outlives the JVM: a shutdown hook removes both at
 * a normal end, and a watchdog process if the JVM was killed.
 */
final class Workspace {
    private static @Nullable Workspace current;

    private final Path root;
    private final Process watchdog;
    private final Map<String, Path> unpacked = new HashMap<>();
    private final List<ServerProcess> processes = new ArrayList<>();
    private int servers;
    private boolean closed;

    private Workspace() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        Files.createDirectories(parent);
        root = Files.createTempDirectory(parent.toRealPath(), "millrace-");
        watchdog = startWatchdog(root);
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "millrace-servers"));
    }

    static synchronized Workspace current() {
        try {
            if (current == null) {
                current = new Workspace();
            }
            return current;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot make a directory for servers below java.io.tmpdir (" + System.getProperty("java.io.tmpdir")
                            + "). Set it to a directory that can be written.",
                    e);
        }
    }

    Path root() {
        return root;
    }

    /** Creates a directory for one server. */
    synchronized Path newDirectory(String kind) throws IOException {
        refuseWhenClosed();
        servers++;
        return Files.createDirectory(root.resolve(kind + "-" + servers));
    }

    /** The directory of this name; {@code unpacking} fills it at the first call. */
    synchronized Path unpackedOnce(String name, SharedBinaries.Unpacking unpacking) throws IOException {
        Path known = unpacked.get(name);
        if (known == null) {
            known = newDirectory("binaries");
            unpacking.into(known);
            unpacked.put(name, known);
        }
        return known;
    }

    /** Starts a process that ends with this JVM at the latest. */
    synchronized ServerProcess launch(ServerProcess.Command command) throws IOException {
        refuseWhenClosed();
        processes.removeIf(process -> !process.alive());
        ServerProcess process = ServerProcess.launch(command);
        processes.add(process);
        return process;
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new IllegalStateException("This JVM is shutting down: no server can start any more.");
        }
    }

    private synchronized void close() {
        closed = true;
        processes.forEach(ServerProcess::dispose);
        Directories.delete(root);
        try {
            watchdog.getOutputStream().close();
            watchdog.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            watchdog.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Process startWatchdog(Path root) throws IOException {
        List<String> command = Commands.inOwnSession("sh", "-c", script(), "millrace-watchdog", root.toString());
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String script() throws IOException {
        try (InputStream script = Workspace.class.getResourceAsStream("watchdog.sh")) {
            if (script == null) {
                throw new IllegalStateException("watchdog.sh is missing from the jar of the testkit");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
