package io.millrace.sinks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.util.Credentials;
import io.millrace.core.Secret;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One pool for a database, user and size in this JVM, opened with the first flush; idle connections are let go. */
final class Pools {
    private static final long BORROW_MILLIS = 30_000;
    private static final long IDLE_MILLIS = 30_000;
    private static final long LIFETIME_MILLIS = 1_800_000;
    /** Ends of a session that HikariCP does not know for one. */
    private static final Set<String> ENDED_SESSION = Set.of("25P03", "25P04", "57P05");

    private static final Map<Key, HikariDataSource> POOLS = new ConcurrentHashMap<>();

    private Pools() {}

    static HikariDataSource of(Database database) {
        Key key = new Key(
                database.url(), database.user(), database.connections(), PostgresLogin.sessionSettings(database));
        return POOLS.computeIfAbsent(key, unused -> open(database));
    }

    private static HikariDataSource open(Database database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("millrace " + database);
        config.setDriverClassName("org.postgresql.Driver");
        config.setJdbcUrl(database.url().text());
        config.setDataSourceProperties(PostgresLogin.properties(database));
        config.setCredentialsProvider(() -> credentials(database));
        config.setConnectionInitSql(PostgresLogin.sessionSettings(database));
        config.setMaximumPoolSize(database.connections());
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE_MILLIS);
        config.setMaxLifetime(LIFETIME_MILLIS);
        config.setConnectionTimeout(BORROW_MILLIS);
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        config.setExceptionOverride(new EndedSessions());
        return new HikariDataSource(config);
    }

    private static Credentials credentials(Database database) {
        Secret password = database.password();
        return Credentials.of(database.user(), password == null ? null : password.reveal());
    }

    private record Key(JdbcUrl url, @Nullable String user, int connections, String sessionSettings) {}

    private static final class EndedSessions implements SQLExceptionOverride {
        @java.lang.Override
        public Override adjudicate(SQLException thrown) {
            String state = thrown.getSQLState();
            return state != null && ENDED_SESSION.contains(state) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
        }
    }
}
