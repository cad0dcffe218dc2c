package io.millrace.sinks.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool;
import com.zaxxer.hikari.util.Credentials;
import io.millrace.core.Secret;
import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.SqlFaults;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one pool per database, user, secret and settings in this JVM. A pool opens with the first flush and closes idle
 * connections.
 */
final class Pools {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long STEP_MILLIS = 500;
    private static final long IDLE_MILLIS = 30_000;
    private static final long LIFETIME_MILLIS = 1_800_000;

    private static final Map<Key, HikariDataSource> POOLS = new ConcurrentHashMap<>();

    private Pools() {}

    /** What connections are for. A task that writes waits for look-ups, which must not wait for its connection. */
    enum Use {
        WRITES,
        LOOKUPS
    }

    static HikariDataSource of(Database database) {
        return of(database, Use.WRITES);
    }

    private static HikariDataSource of(Database database, Use use) {
        Key key = new Key(
                use,
                database.url(),
                database.user(),
                database.password(),
                database.connections(),
                database.dialect().properties(database.settings()),
                database.dialect().sessionSettings(database.settings()));
        HikariDataSource pool = POOLS.computeIfAbsent(key, unused -> open(database));
        PoolFigures.show(pool, database.label() + (use == Use.LOOKUPS ? " look-ups" : ""), () -> figures(pool));
        return pool;
    }

    /** Borrows a connection. It waits in short steps, so that it can stop as soon as Spark ends the thread. */
    static Connection borrow(Database database, String what) throws SQLException {
        return borrow(database, Use.WRITES, what);
    }

    static Connection borrow(Database database, Use use, String what) throws SQLException {
        return borrow(database, use, what, PATIENCE);
    }

    static Connection borrow(Database database, String what, Duration patience) throws SQLException {
        return borrow(database, Use.WRITES, what, patience);
    }

    private static Connection borrow(Database database, Use use, String what, Duration patience) throws SQLException {
        // A short time-out in the pool's configuration would become that of every login in this JVM.
        HikariPool pool = (HikariPool) of(database, use).getHikariPoolMXBean();
        SqlFaults faults = database.dialect().faults();
        long start = System.nanoTime();
        SQLException failedLogin = null;
        while (true) {
            if (Interruption.isAsked()) {
                throw Interruption.of(what);
            }
            try {
                return pool.getConnection(STEP_MILLIS);
            } catch (SQLTransientConnectionException e) {
                refuseWithoutSecret(e);
                // The pool reports each failed login once, to one of the waiting threads.
                failedLogin = failedLogin(e, faults).orElse(failedLogin);
                Duration waited = Duration.ofNanos(System.nanoTime() - start);
                boolean isTransient =
                        failedLogin == null || faults.of(failedLogin).isTransient();
                if (!isTransient || waited.compareTo(patience) >= 0) {
                    throw noConnection(pool, database, waited, failedLogin);
                }
            } catch (SQLException e) {
                if (Interruption.isWhy(e)) {
                    throw Interruption.of(what);
                }
                throw e;
            }
        }
    }

    /** Closes a borrowed connection for good, so that nobody borrows it again. */
    static void evict(Database database, Use use, Connection connection) {
        of(database, use).evictConnection(connection);
    }

    /** Throws if the password is missing: no connection can be opened then. */
    private static void refuseWithoutSecret(SQLException none) {
        for (Throwable cause = none.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SecretMissingException missing) {
                throw new SecretMissingException(missing);
            }
        }
    }

    /** Finds the server's error. The pool wraps it, and wraps it twice if the session's settings caused it. */
    private static Optional<SQLException> failedLogin(SQLException none, SqlFaults faults) {
        for (Throwable cause = none.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException thrown) {
                return Optional.of(faults.serverError(thrown));
            }
        }
        return Optional.empty();
    }

    private static SQLException noConnection(
            HikariPool pool, Database database, Duration waited, @Nullable SQLException failedLogin) {
        String time = String.format(Locale.ROOT, "no connection in %.1f s", waited.toMillis() / 1e3)
                + passwordIfRefused(database, failedLogin) + ": ";
        if (failedLogin == null || pool.getActiveConnections() >= database.connections()) {
            return new SQLTransientConnectionException(
                    time + pool.getActiveConnections() + " of " + database.connections() + " are in use, and "
                            + pool.getThreadsAwaitingConnection() + " others wait. Let the Database open more by"
                            + " connections(...), or run fewer tasks at once",
                    null,
                    failedLogin);
        }
        return new SQLTransientConnectionException(
                time + failedLogin.getMessage(), failedLogin.getSQLState(), failedLogin.getErrorCode(), failedLogin);
    }

    private static String passwordIfRefused(Database database, @Nullable SQLException failedLogin) {
        Secret password = database.password();
        return password != null && failedLogin != null && LoginProblem.isRefusal(failedLogin)
                ? " with the password from " + password.source()
                : "";
    }

    private static Map<String, IntSupplier> figures(HikariDataSource pool) {
        // The pool exists since it is open.
        HikariPoolMXBean open = pool.getHikariPoolMXBean();
        return Map.of(
                "connections-limit", pool::getMaximumPoolSize,
                "connections-open", open::getTotalConnections,
                "connections-in-use", open::getActiveConnections,
                "connections-idle", open::getIdleConnections,
                "threads-waiting", open::getThreadsAwaitingConnection);
    }

    private static HikariDataSource open(Database database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("millrace " + database.label());
        config.setDriverClassName(database.dialect().driver());
        config.setJdbcUrl(database.url().text());
        config.setDataSourceProperties(database.dialect().properties(database.settings()));
        config.setCredentialsProvider(() -> credentials(database));
        config.setConnectionInitSql(database.dialect().sessionSettings(database.settings()));
        config.setMaximumPoolSize(database.connections());
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE_MILLIS);
        config.setMaxLifetime(LIFETIME_MILLIS);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        // Set explicitly: a pool that asks its first connection for the level stays broken if that connection is cut
        // meanwhile.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        // Commits the settings, which the first rollback would take back.
        config.setIsolateInternalQueries(true);
        config.setExceptionOverride(new EndedSessions(database.dialect().faults()));
        return new HikariDataSource(config);
    }

    private static Credentials credentials(Database database) {
        Secret password = database.password();
        return Credentials.of(database.user(), password == null ? null : SecretMissingException.revealed(password));
    }

    private record Key(
            Use use,
            JdbcUrl url,
            @Nullable String user,
            @Nullable Secret password,
            int connections,
            Properties properties,
            String sessionSettings) {}

    /**
     * Decides which errors end a session, since each database has ones that HikariCP does not know. HikariCP logs the
     * error when it evicts a connection. An error of a trigger may hold values, whatever its SQLSTATE, and ends no
     * session.
     */
    private record EndedSessions(SqlFaults faults) implements SQLExceptionOverride {
        @java.lang.Override
        public Override adjudicate(SQLException thrown) {
            if (!faults.isHarmless(thrown)) {
                return Override.DO_NOT_EVICT;
            }
            return switch (faults.of(thrown)) {
                case CONNECTION -> Override.MUST_EVICT;
                case ROW, UNSURE, STALE -> Override.DO_NOT_EVICT; // a retry evicts a stale one
                default -> Override.CONTINUE_EVICT;
            };
        }
    }
}
