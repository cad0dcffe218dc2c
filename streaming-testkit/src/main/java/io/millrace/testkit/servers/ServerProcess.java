package io.millrace.testkit.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A child process with a directory, which has its log and, for the watchdog, a file with its process id. */
final class ServerProcess {
    /** The configuration of Log4j for JVMs: their standard output is the server's log. */
    static final String LOG4J = """
            rootLogger.level = info
            rootLogger.appenderRef.out.ref = out
            appender.out.type = Console
            appender.out.name = out
            appender.out.layout.type = PatternLayout
            appender.out.layout.pattern = %d %p %c{1}: %m%n
            """;

    // exec keeps the process id that the shell has written, up to the server itself.
    private static final String WRITE_ID_AND_EXEC = "echo \"$$ $2\" >\"$1\" || exit; shift 2; exec \"$@\"";
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
    private static final int LOG_TAIL = 2_000;

    private final Command command;
    private final Process process;

    private ServerProcess(Command command, Process process) {
        this.command = command;
        this.process = process;
    }

    /**
     * A command and its directory.
     *
     * @param signalAtEnd the signal that ends the server at once when its data is no longer needed
     */
    record Command(String name, Path directory, String signalAtEnd, List<String> words) {
        Path log() {
            return directory.resolve("server.log");
        }

        private Path pidFile() {
            return directory.resolve("pid");
        }
    }

    static ServerProcess launch(Command command) throws IOException {
        List<String> words = new ArrayList<>(Commands.inOwnSession(
                "sh", "-c", WRITE_ID_AND_EXEC, "sh", command.pidFile().toString(), command.signalAtEnd()));
        words.addAll(command.words());
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(command.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
        builder.environment().keySet().removeIf(name -> name.matches("(PG|KAFKA_|MYSQL_|MARIADB_).*"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        return new ServerProcess(command, process);
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Waits until the server is ready. If it is not, ends the process and fails with the end of its log. */
    void awaitReady(BooleanSupplier ready, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!ready.getAsBoolean()) {
                if (waitFor(Duration.ofMillis(20))) {
                    throw failure("ended with status " + process.exitValue() + " instead of starting");
                }
                if (System.nanoTime() > deadline) {
                    throw failure("was not ready within " + limit.toSeconds() + " s");
                }
            }
        } catch (RuntimeException e) {
            dispose();
            throw e;
        }
    }

    /** Waits until the command has succeeded. */
    void awaitSuccess(Duration limit) {
        if (!waitFor(limit)) {
            dispose();
            throw failure("did not end within " + limit.toSeconds() + " s");
        }
        forget();
        if (process.exitValue() != 0) {
            throw failure("ended with status " + process.exitValue());
        }
    }

    /** Sends {@code signal} and waits for the end; kills the process if it does not end. */
    void stop(String signal) {
        if (alive()) {
            Commands.signal(signal, pid());
        }
        if (!waitFor(ENDS_WITHIN)) {
            kill();
        }
        forget();
    }

    /** Kills the process and its descendants, and waits until they are gone. */
    void kill() {
        if (alive()) {
            // So that no child is born between the look at the family and its end.
            Commands.signal("STOP", pid());
        }
        List<ProcessHandle> family = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        family.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(family);
        waitFor(ENDS_WITHIN);
        forget();
    }

    // Not onExit(), which polls grandchildren only every 0.3 seconds or more.
    private void awaitEnd(List<ProcessHandle> family) {
        long deadline = System.nanoTime() + ENDS_WITHIN.toNanos();
        while (family.stream().anyMatch(ServerProcess::runs)) {
            if (System.nanoTime() > deadline) {
                throw failure("is still there " + ENDS_WITHIN.toSeconds() + " s after it was killed");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    // A zombie counts as alive for isAlive(), but not here. A process that is still ending counts: it may hold shared
    // memory.
    private static boolean runs(ProcessHandle member) {
        if (!member.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(member.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            // On a system without /proc, a zombie has no command.
            return !Files.exists(Path.of("/proc/self"))
                    && member.info().command().isPresent();
        }
    }

    void dispose() {
        stop(command.signalAtEnd());
    }

    IllegalStateException failure(String what) {
        return new IllegalStateException(command.name() + " " + what + ". The end of its log:\n" + logTail());
    }

    private String logTail() {
        try {
            String log = Files.readString(command.log(), StandardCharsets.UTF_8);
            return log.substring(Math.max(0, log.length() - LOG_TAIL)).strip();
        } catch (IOException e) {
            return "(not readable: " + e.getMessage() + ")";
        }
    }

    private void forget() {
        try {
            Files.deleteIfExists(command.pidFile());
        } catch (IOException e) {
            // Harmless: the watchdog checks whether the process is ours.
        }
    }

    private boolean waitFor(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command.name(), e);
        }
    }
}
