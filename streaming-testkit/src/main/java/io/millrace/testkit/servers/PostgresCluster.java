package io.millrace.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A data directory of PostgreSQL and the server that runs on it. */
final class PostgresCluster extends ChildServer {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    // Lines of postmaster.pid, from zero.
    private static final int SEGMENT_LINE = 6;
    private static final int STATUS_LINE = 7;

    private final Workspace workspace;
    private final Path binaries;
    private final Unprivileged unprivileged;
    private int port;

    private PostgresCluster(Workspace workspace, Path directory, Path binaries) throws IOException {
        super("PostgreSQL", "data", directory);
        this.workspace = workspace;
        this.binaries = binaries;
        Files.createDirectory(data());
        this.unprivileged = Unprivileged.owning(data(), program("postgres"));
    }

    static PostgresCluster create(String password, Map<String, String> parameters, @Nullable Path chosenBinaries) {
        try {
            Workspace workspace = Workspace.current();
            Path binaries = PostgresBinaries.locate(workspace, chosenBinaries);
            PostgresCluster cluster = new PostgresCluster(workspace, workspace.newDirectory("postgres"), binaries);
            cluster.initialise(password);
            cluster.configure(parameters);
            cluster.start();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set PostgreSQL up", e);
        }
    }

    int port() {
        return port;
    }

    @Override
    ServerProcess launch() throws IOException {
        return launch("PostgreSQL", "postgres", "-D", data().toString());
    }

    // A killed server leaves the file with its status: check the process id too.
    @Override
    boolean isReady(ServerProcess started) {
        return lockLine(STATUS_LINE).equals("ready") && lockLine(0).equals(Long.toString(started.pid()));
    }

    @Override
    Duration startsWithin() {
        return STARTS_WITHIN;
    }

    @Override
    String stopSignal() {
        return "INT";
    }

    /** Removes its segment of shared memory. */
    @Override
    void clear() {
        String[] keyAndId = lockLine(SEGMENT_LINE).split(" +", -1);
        if (keyAndId.length == 2) {
            Commands.succeeds(List.of("ipcrm", "-m", keyAndId[1]));
        }
    }

    private void initialise(String password) throws IOException {
        Path passwordFile = directory().resolve("password");
        Files.createFile(
                passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, ScramVerifier.of(password) + "\n");
        Files.setOwner(passwordFile, Files.getOwner(data()));
        launch(
                        "initdb",
                        "initdb",
                        "--pgdata=" + data(),
                        "--username=postgres",
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync")
                .awaitSuccess(STARTS_WITHIN);
        Files.delete(passwordFile);
    }

    private void configure(Map<String, String> parameters) throws IOException {
        port = Ports.free();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("listen_addresses", "127.0.0.1");
        all.put("port", Integer.toString(port));
        all.put("unix_socket_directories", "");
        all.put("fsync", "on");
        all.put("full_page_writes", "on");
        all.put("synchronous_commit", "on");
        // Shared memory in files of the data directory: a killed server leaves those of /dev/shm.
        all.put("dynamic_shared_memory_type", "mmap");
        all.put("timezone", "UTC");
        all.put("log_timezone", "UTC");
        all.putAll(parameters);
        List<String> lines = new ArrayList<>();
        all.forEach((name, value) -> lines.add(name + " = '" + value.replace("'", "''") + "'"));
        Files.write(data().resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
    }

    private ServerProcess launch(String name, String program, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(unprivileged.prefix());
        words.add(program(program).toString());
        words.addAll(List.of(arguments));
        // SIGQUIT is PostgreSQL's immediate shutdown, which frees its shared memory and writes no checkpoint.
        return workspace.launch(new ServerProcess.Command(name, directory(), "QUIT", words));
    }

    private String lockLine(int line) {
        try {
            List<String> lines = Files.readAllLines(data().resolve("postmaster.pid"));
            return lines.size() > line ? lines.get(line).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }

    private Path data() {
        return directory().resolve("data");
    }

    private Path program(String name) {
        return binaries.resolve("bin").resolve(name);
    }
}
