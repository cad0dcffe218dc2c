package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.JdbcConnectionDetails;
import io.millrace.core.Secret;
import io.millrace.core.internal.Options;
import io.millrace.sinks.jdbc.dialect.ConnectionSettings;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A database and its login: an immutable value that opens no connection. Each JVM keeps one small pool per database and
 * user, however many sinks and tasks write to it.
 *
 * <pre>{@code
 * Database database = Database.at("jdbc:postgresql://localhost:5432/shop")
 *         .user("traffic")
 *         .password(Secret.env("TRAFFIC_PASSWORD"));
 * }</pre>
 */
public final class Database implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int CONNECTIONS = 4;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(24);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);

    private final JdbcUrl url;
    private final @Nullable String user;
    private final @Nullable Secret password;
    private final int connections;
    private final Duration connectTimeout;
    private final Duration statementTimeout;

    private Database(
            JdbcUrl url,
            @Nullable String user,
            @Nullable Secret password,
            int connections,
            Duration connectTimeout,
            Duration statementTimeout) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.connections = connections;
        this.connectTimeout = connectTimeout;
        this.statementTimeout = statementTimeout;
    }

    /**
     * The database at a JDBC URL, such as {@code jdbc:postgresql://localhost:5432/shop} or
     * {@code jdbc:mariadb://localhost:3306/shop}, whose driver you add to the class path.
     *
     * @throws IllegalArgumentException if no dialect knows the URL, or if it carries a user or a password
     */
    public static Database at(String url) {
        notNull("at(url)", url);
        return new Database(JdbcUrl.parse(url), null, null, CONNECTIONS, CONNECT_TIMEOUT, STATEMENT_TIMEOUT);
    }

    /**
     * The database that another value describes, with its user and password, such as a server of the testkit:
     * {@code Database.at(postgres)}.
     *
     * @throws IllegalArgumentException if no dialect knows its URL, or if the URL carries a user or a password
     */
    public static Database at(JdbcConnectionDetails details) {
        notNull("at(details)", details);
        return at(details.jdbcUrl()).user(details.user()).password(details.secret());
    }

    /** The role to log in as. */
    public Database user(String user) {
        notNull("user(user)", user);
        return new Database(url, user, password, connections, connectTimeout, statementTimeout);
    }

    /** The role's password. It is read each time a connection opens, so that it can change while a query runs. */
    public Database password(Secret password) {
        notNull("password(password)", password);
        return new Database(url, user, password, connections, connectTimeout, statementTimeout);
    }

    /**
     * The maximum number of connections that one JVM opens. Default 4: a task holds a connection only while it flushes
     * rows, so a few connections serve many tasks. A task with many rows uses a second connection, if one is free, to
     * send the rows of a flush while the server merges the previous flush.
     */
    public Database connections(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException(
                    "connections(" + connections + "): a pool needs at least one connection.");
        }
        return new Database(url, user, password, connections, connectTimeout, statementTimeout);
    }

    /** The time-out for opening a connection. Default 10 seconds, at least one second, at most 24 days. */
    public Database connectTimeout(Duration timeout) {
        notNull("connectTimeout(timeout)", timeout);
        return new Database(url, user, password, connections, checked("connectTimeout", timeout), statementTimeout);
    }

    /**
     * The time-out after which the server ends a statement. Default 60 seconds, at least one second, at most 24 days.
     * If the server does not answer within another ten seconds, the connection is closed.
     */
    public Database statementTimeout(Duration timeout) {
        notNull("statementTimeout(timeout)", timeout);
        return new Database(url, user, password, connections, connectTimeout, checked("statementTimeout", timeout));
    }

    /**
     * The rows in a table of {@code deadLettersTo}, as a source of a pipeline that puts them back. On PostgreSQL the
     * table is found by the role's search path.
     */
    public DeadLetterSource deadLetters(String table) {
        return new DeadLetterSource(this, new TableName(null, Identifier.check(dialect(), "deadLetters", table)));
    }

    /** The same with a table of a schema, on MariaDB of a database. Both names are taken as they are. */
    public DeadLetterSource deadLetters(String schema, String table) {
        return new DeadLetterSource(this, Identifier.table(dialect(), "deadLetters", schema, table));
    }

    /** Whether {@code other} is the same URL with the same login and limits. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Database database
                && url.text().equals(database.url.text())
                && Objects.equals(user, database.user)
                && Objects.equals(password, database.password)
                && connections == database.connections
                && connectTimeout.equals(database.connectTimeout)
                && statementTimeout.equals(database.statementTimeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(url.text(), user, password, connections, connectTimeout, statementTimeout);
    }

    /** The server, the database, the user and what else was set, with {@code ***} for the password. */
    @Override
    public String toString() {
        return Stream.concat(Stream.of(label()), described().stream()).collect(Collectors.joining(", "));
    }

    /** The server, the database and the user, for messages. */
    String label() {
        return url.server() + (user == null ? "" : " as " + user);
    }

    /** What was set besides, a call each. */
    List<String> described() {
        List<String> calls = new ArrayList<>();
        if (!url.parameters().isEmpty()) {
            calls.add("parameters " + Options.shown("?" + url.parameters()).substring(1));
        }
        if (password != null) {
            calls.add("password(***)");
        }
        if (connections != CONNECTIONS) {
            calls.add("connections(" + connections + ")");
        }
        if (!connectTimeout.equals(CONNECT_TIMEOUT)) {
            calls.add("connectTimeout(" + connectTimeout + ")");
        }
        if (!statementTimeout.equals(STATEMENT_TIMEOUT)) {
            calls.add("statementTimeout(" + statementTimeout + ")");
        }
        return calls;
    }

    JdbcUrl url() {
        return url;
    }

    Dialect dialect() {
        return url.dialect();
    }

    ConnectionSettings settings() {
        return new ConnectionSettings(connectTimeout, statementTimeout);
    }

    @Nullable String user() {
        return user;
    }

    @Nullable Secret password() {
        return password;
    }

    int connections() {
        return connections;
    }

    Duration statementTimeout() {
        return statementTimeout;
    }

    private static Duration checked(String call, Duration timeout) {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    call + "(" + timeout + "): a time-out is at least one second, since drivers count in seconds.");
        }
        if (timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(call + "(" + timeout
                    + "): a time-out is at most 24 days, since drivers count its milliseconds in 32 bits.");
        }
        return timeout;
    }
}
