package io.millrace.testkit.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A data directory of MariaDB and the server that runs on it. */
final class MariaDbInstance extends ChildServer {
    /** The name of the user with all rights, and that of the database. */
    static final String NAME = "millrace";

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final int HANDSHAKE_HEADER = 4;
    private static final int PROTOCOL_VERSION = 10;

    private final Workspace workspace;
    private final Path binaries;
    private final Map<String, String> parameters;
    private final int port = Ports.free();

    private MariaDbInstance(Workspace workspace, Path directory, Path binaries, Map<String, String> parameters) {
        super("MariaDB", "data", directory);
        this.workspace = workspace;
        this.binaries = binaries;
        this.parameters = parameters;
    }

    static MariaDbInstance create(String password, Map<String, String> parameters, @Nullable Path chosenBinaries) {
        try {
            Workspace workspace = Workspace.current();
            Path binaries = MariaDbBinaries.locate(workspace, chosenBinaries);
            MariaDbInstance server =
                    new MariaDbInstance(workspace, workspace.newDirectory("mariadb"), binaries, parameters);
            server.initialise(password);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set MariaDB up", e);
        }
    }

    int port() {
        return port;
    }

    @Override
    ServerProcess launch() throws IOException {
        return launch("MariaDB", List.of(), "--port=" + port);
    }

    /** Reads the packet with which the server greets a client. Needs no driver. */
    @Override
    boolean isReady(ServerProcess started) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(1_000);
            InputStream greeting = socket.getInputStream();
            return greeting.readNBytes(HANDSHAKE_HEADER).length == HANDSHAKE_HEADER
                    && greeting.read() == PROTOCOL_VERSION;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    Duration startsWithin() {
        return STARTS_WITHIN;
    }

    @Override
    String stopSignal() {
        return "TERM";
    }

    /** Runs the server's own scripts, as its installer does. */
    private void initialise(String password) throws IOException {
        Files.createDirectory(data());
        StringBuilder sql = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n");
        for (String script : List.of("system_tables.sql", "performance_tables.sql", "system_tables_data.sql")) {
            sql.append(Files.readString(binaries.resolve("share/mariadb_" + script)));
        }
        sql.append("\nDELETE FROM global_priv WHERE User <> 'mariadb.sys';\nFLUSH PRIVILEGES;\n")
                .append("CREATE USER " + NAME + "@'%' IDENTIFIED BY '" + quoted(password) + "';\n")
                .append("GRANT ALL PRIVILEGES ON *.* TO " + NAME + "@'%' WITH GRANT OPTION;\n")
                .append("CREATE DATABASE " + NAME + " CHARACTER SET utf8mb4;\n");
        Path script = directory().resolve("bootstrap.sql");
        Files.createFile(script, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(script, sql);
        launch(
                        "mariadbd --bootstrap",
                        List.of("sh", "-c", "script=$1; shift; exec \"$@\" <\"$script\"", "sh", script.toString()),
                        "--bootstrap")
                .awaitSuccess(STARTS_WITHIN);
        Files.delete(script);
    }

    private static String quoted(String password) {
        return password.replace("\\", "\\\\").replace("'", "\\'");
    }

    private ServerProcess launch(String name, List<String> prefix, String option) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("basedir", binaries.toString());
        all.put("datadir", data().toString());
        all.put("lc-messages-dir", binaries.resolve("share").toString());
        all.put("character-sets-dir", binaries.resolve("share/charsets").toString());
        all.put("socket", "");
        all.put("pid-file", directory().resolve("server.pid").toString());
        all.put("bind-address", "127.0.0.1");
        all.put("innodb-flush-log-at-trx-commit", "1");
        all.put("innodb-log-file-size", "48M");
        all.put("default-time-zone", "+00:00");
        // Otherwise each start generates an RSA key of 4096 bits, which takes up to half a minute.
        all.put("ssl", "0");
        parameters.forEach((parameter, value) -> all.put(parameter.replace('_', '-'), value));
        List<String> words = new ArrayList<>(prefix);
        words.addAll(List.of(binaries.resolve("bin/mariadbd").toString(), "--no-defaults", "--skip-name-resolve"));
        all.forEach((parameter, value) -> words.add("--" + parameter + "=" + value));
        words.add(option);
        if (Commands.isRoot()) {
            words.add("--user=root");
        }
        return workspace.launch(new ServerProcess.Command(name, directory(), "KILL", words));
    }

    private Path data() {
        return directory().resolve("data");
    }
}
