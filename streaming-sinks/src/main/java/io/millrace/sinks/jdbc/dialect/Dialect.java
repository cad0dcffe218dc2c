package io.millrace.sinks.jdbc.dialect;

import io.millrace.core.Problem;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;

/**
 * The contract of a database: all that differs between databases. The URL selects the dialect, which is sent to the
 * executors with the plan.
 */
public interface Dialect extends Serializable {
    /** How a literal is written without its time zone. */
    DateTimeFormatter LITERAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    /** The name of the database, as its driver reports it. */
    String product();

    /** The prefix of this database's URLs, in lower case and up to the server. */
    String urlPrefix();

    /** An example of a URL, for messages. */
    default String urlExample() {
        return urlPrefix() + "//host:port/database";
    }

    /** The class name of the JDBC driver. */
    String driver();

    /** The artifact of the JDBC driver, for messages. */
    String driverArtifact();

    /** The properties of each connection, without the user and the password. */
    Properties properties(ConnectionSettings settings);

    /** The first statement on each pooled connection. */
    String sessionSettings(ConnectionSettings settings);

    Catalog catalog(Connection connection);

    SqlFaults faults();

    /** Whether every upsert needs a temporary table. */
    boolean upsertsFromStage();

    /** Whether a column accepts values of a stream's type. */
    boolean takes(DataType stream, ColumnType column);

    /**
     * The type and the constraints of a new column, which returns every value of a stream's type that it accepts
     * unchanged, and compares keys as Spark does; empty if there is none.
     *
     * @param keys the number of columns of the primary key; zero if this is not one of them
     */
    Optional<String> columnDefinition(DataType stream, int keys);

    /**
     * Converts values of a key so that Java's {@code equals} agrees with the column's unique index, whatever the column
     * rounds, folds or cuts; empty if only the server can compare them, by {@link UpsertSql.Flush#sameKeys}.
     */
    Optional<UnaryOperator<Object>> keyForm(PlannedColumn key);

    /** Checks what the sink requires of the key in addition to a unique index. */
    default List<Problem> problems(KeyRequirement requirement, TableShape table) {
        return List.of();
    }

    /** The statement that checks deferred constraints immediately; empty if the database has none. */
    default Optional<String> checkConstraintsNow() {
        return Optional.empty();
    }

    /** Whether the server can compare keys of a stream with a column, as its unique index does. */
    default boolean asks(DataType stream, ColumnType column) {
        return false;
    }

    /** How rows are found by their keys, each of which it {@link #asks}. */
    default LookupSql lookup(TableName table, List<LookupKey> keys, List<String> columns) {
        throw new UnsupportedOperationException(product() + " has no look-ups");
    }

    /** A URL of a kind that Spark knows, by which it decides on the types of columns. */
    default String sparkUrl() {
        return urlPrefix();
    }

    UpsertSql upsert(TableName table, UpsertSpec spec, List<PlannedColumn> columns);

    /** The statements of an exactly-once sink, which upserts if a column is a key, and appends otherwise. */
    ExactlyOnceSql exactlyOnce(TableName table, List<PlannedColumn> columns);

    /** Whether an exactly-once batch can keep its refused rows; then there is a {@link #deadLetterMerge}. */
    default boolean mergesDeadLetters() {
        return false;
    }

    /** The statements of exactly-once batches that keep refused rows; empty if they are not supported. */
    default Optional<DeadLetterMergeSql> deadLetterMerge(TableName table, List<PlannedColumn> columns) {
        return Optional.empty();
    }

    /** The SQL type of a column in a table of the sink's own. */
    String sql(AuxiliaryType type);

    /** Whether a column is suitable for the values of such a type. */
    boolean holds(AuxiliaryType type, ColumnType column);

    /** Reports why this server or session cannot be used, whatever the table. */
    Optional<Flaw> flaw(Connection connection, Reconnect reconnect) throws SQLException;

    /** Creates a table if it is missing. */
    default String create(TableName table, String columns) {
        return "CREATE TABLE IF NOT EXISTS " + quoted(table) + " (" + columns + ")";
    }

    /** Adds those of the columns, each with its definition, that are missing. */
    default String addColumns(TableName table, List<String> columns) {
        return "ALTER TABLE " + quoted(table)
                + columns.stream()
                        .map(column -> " ADD COLUMN IF NOT EXISTS " + column)
                        .collect(Collectors.joining(","));
    }

    /** Inserts the rows of a SELECT or of VALUES into a table of the sink's own, except those whose keys exist. */
    String insertNew(TableName table, List<String> columns, String rows);

    /** Inserts one row, with a parameter for each column, unless its key exists: then the update count is zero. */
    default String insertNew(TableName table, String... columns) {
        String values = String.join(", ", Collections.nCopies(columns.length, "?"));
        return insertNew(table, Arrays.asList(columns), "VALUES (" + values + ")");
    }

    /** The clause that locks the rows of a SELECT in shared mode until the transaction ends. */
    String shareLock();

    /** Explains why a table or a column cannot have this name, and how to fix it. */
    Optional<String> nameFlaw(String name);

    /** Whether the name is reserved for columns that the sink adds. */
    default boolean isReserved(String column) {
        return false;
    }

    /** An instant as a literal of SQL, in a session whose time zone is UTC. */
    default String literal(Instant instant) {
        return "TIMESTAMP '" + LITERAL.format(instant) + "'";
    }

    /** Quotes a name for SQL. */
    String quoted(String name);

    default String quoted(TableName table) {
        return table.quoted(this::quoted);
    }

    /** The statement that makes a column NOT NULL, for messages. */
    String makeNotNull(TableName table, TableColumn column);

    /** The statement that makes columns a key, for messages. */
    String makeUnique(TableName table, List<String> columns);
}
