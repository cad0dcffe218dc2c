package io.millrace.chaos;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import scala.util.Properties$;

/** A driver process, started and ended by this JVM. */
final class DriverProcess implements SubjectWriter {
    /** The directory for logs of children, within that of the run. */
    static final String LOGS = "logs";

    // 2.12 or 2.13, without the rest of the version.
    private static final String SCALA =
            Properties$.MODULE$.versionNumberString().replaceFirst("\\.\\d+$", "");
    private static final AtomicInteger STARTED = new AtomicInteger();
    private static final String JVM = "java";

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader replies;

    private DriverProcess(Process process) {
        this.process = process;
        this.commands = process.outputWriter();
        this.replies = process.inputReader();
    }

    /**
     * Returns a launcher of writer processes.
     *
     * @param master Spark's master, local or local-cluster
     * @param archive class path and class archive of their JVMs
     * @param directory for logs and for the files of a local cluster
     */
    static Launcher launcher(Job job, String master, ClassArchive archive, Path directory) {
        return readers -> {
            try {
                return new DriverProcess(start(job, master, Integer.toString(readers), archive, directory));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot start a driver", e);
            }
        };
    }

    /** Starts a driver that executes commands; see {@link #send}. */
    static DriverProcess longRunning(Job job, String master, ClassArchive archive, Path directory) throws IOException {
        return new DriverProcess(start(job, master, DriverMain.LONG_RUNNING, archive, directory));
    }

    void send(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException hasEnded) {
            // awaitReply() and alive() show it.
        }
    }

    /** Waits for the reply to a command, or for the end of the driver. */
    void awaitReply() {
        try {
            String line = replies.readLine();
            while (line != null && !line.equals(LongRunningDriver.STOP)) {
                line = replies.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the driver and its executors. */
    List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** Prints the stacks of all threads of a JVM to a file. */
    static void printStacks(long pid, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        run(new ProcessBuilder(inJava("jcmd"), Long.toString(pid), "Thread.print").redirectOutput(file.toFile()));
    }

    /** Runs a garbage collection in each JVM, since the PostgreSQL driver does not close a socket that was reset. */
    void collectGarbage() {
        Stream.concat(Stream.of(process.toHandle()), jvmsBelow(process.toHandle()))
                .forEach(jvm -> run(List.of(inJava("jcmd"), Long.toString(jvm.pid()), "GC.run")));
    }

    @Override
    public boolean alive() {
        return process.isAlive();
    }

    @Override
    public void end() {
        List<ProcessHandle> family = family();
        family.forEach(ProcessHandle::destroyForcibly);
        Deadline deadline = Deadline.in(30);
        while (family.stream().anyMatch(ProcessHandle::isAlive)) {
            deadline.check("a killed driver to be gone");
            Deadline.pause();
        }
    }

    @Override
    public void signal(String name) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        family().forEach(member -> command.add(Long.toString(member.pid())));
        run(command);
    }

    private static void run(List<String> command) {
        run(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }

    private static void run(ProcessBuilder command) {
        try {
            command.redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean endExecutor() {
        return jvmsBelow(process.toHandle())
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    /** Finds JVMs by the program name, since the system does not return command lines as long as those of executors. */
    static Stream<ProcessHandle> jvmsBelow(ProcessHandle driver) {
        return driver.descendants()
                .filter(child -> child.info().command().orElse("").endsWith(JVM));
    }

    private static String inJava(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private static Process start(Job job, String master, String readers, ClassArchive archive, Path directory)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(inJava(JVM));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens") || option.startsWith("-D"))
                .forEach(command::add);
        Path logs = Files.createDirectories(directory.resolve(LOGS));
        String log = "driver-" + STARTED.incrementAndGet() + ".log";
        command.add("-Dchaos.log=" + logs.resolve(log));
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp"))); // deleted after the run
        command.add("-Xmx512m");
        command.addAll(archive.options());
        command.addAll(List.of(DriverMain.class.getName(), master));
        command.add(readers);
        command.addAll(job.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(logs.resolve("out-" + log).toFile());
        builder.environment().put(DriverMain.PASSWORD, job.target().password());
        builder.environment().put("SPARK_HOME", directory.toString());
        builder.environment().put("SPARK_SCALA_VERSION", SCALA);
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        return builder.start();
    }
}
