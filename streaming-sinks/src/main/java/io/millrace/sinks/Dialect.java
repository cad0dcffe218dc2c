package io.millrace.sinks;

import io.millrace.core.Problem;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;

/**
 * What differs between databases: everything else of the JDBC sinks is the same for all of them. The URL chooses it, and
 * it travels with the plan.
 */
sealed interface Dialect extends Serializable permits PostgresDialect, MariaDbDialect {
    /** The name that the server calls itself by. */
    String product();

    /** How a URL of this database begins, up to the place where the server stands. */
    String urlPrefix();

    /** A URL as it should be, for messages. */
    default String urlExample() {
        return urlPrefix() + "//host:port/database";
    }

    /** The class of the JDBC driver. */
    String driver();

    /** What has that class, for messages. */
    String driverArtifact();

    /** What each connection is opened with. */
    Properties properties(Database database);

    /** The one statement that each pooled connection is told first. */
    String sessionSettings(Database database);

    Catalog catalog(Connection connection);

    SqlFaults faults();

    /** Whether every upsert needs a temporary table. */
    boolean upsertsFromStage();

    /** Whether values of a stream's type go into a column. */
    boolean takes(DataType stream, ColumnType column);

    /**
     * The form of a key's values in which Java's {@code equals} says what the column's unique index says, whatever the
     * column rounds, folds or cuts; empty if only the server can tell, by {@link UpsertSql.Flush#sameKeys}.
     */
    Optional<UnaryOperator<Object>> keyForm(PlannedColumn key);

    /** What more than a unique index on the key a use of it needs. */
    default List<Problem> problems(KeyRequirement use, TableShape table) {
        return List.of();
    }

    /** The statement that makes constraints speak that wait for the end of a transaction; empty if there are none. */
    default Optional<String> checkConstraintsNow() {
        return Optional.empty();
    }

    UpsertSql upsert(TableName table, UpsertRule rule, List<PlannedColumn> columns);

    /** Whether exactly-once batches can keep the rows that the table refuses, by {@link #deadLetterMerge}. */
    boolean sieves();

    ExactlyOnceSql batch(TableName table, ExactlyOnceRule rule, List<PlannedColumn> columns);

    /** The statements of batches that keep refused rows; empty if this database cannot. */
    default Optional<DeadLetterMergeSql> deadLetterMerge(
            TableName table, ExactlyOnceRule rule, List<PlannedColumn> columns) {
        return Optional.empty();
    }

    AuxiliaryWords sideWords();

    /** Whether a column takes what a table of the sink's own has there. */
    boolean holds(AuxiliaryType type, ColumnType column);

    /** What rules out this server or this session, whatever the table: one sentence is enough. */
    Optional<Flaw> flaw(Connection connection, Reconnect reconnect) throws SQLException;

    /** Creates a table of the sink's own, where it is missing. */
    default String create(TableName table, String columns) {
        return "CREATE TABLE IF NOT EXISTS " + quoted(table) + " (" + columns + ")"
                + sideWords().end();
    }

    /** Inserts a row into a table of the sink's own, unless its key is there: then the count of rows is zero. */
    default String insertNew(TableName table, String... columns) {
        String names = Arrays.stream(columns).map(this::quoted).collect(Collectors.joining(", "));
        String values = Arrays.stream(columns).map(column -> "?").collect(Collectors.joining(", "));
        return sideWords().insert() + quoted(table) + " (" + names + ") VALUES (" + values + ")"
                + sideWords().orNothing();
    }

    /** Why a table or a column cannot have this name, and the way out. */
    Optional<String> nameFlaw(String name);

    /** Whether the sink's own columns have such names, so that a stream's may not. */
    default boolean isReserved(String column) {
        return false;
    }

    /** A name as SQL has it. */
    String quoted(String name);

    default String quoted(TableName table) {
        return table.quoted(this::quoted);
    }

    /** The statement that keeps NULL out of a column, for a way out. */
    String makeNotNull(TableName table, TableColumn column);

    /** The statement that makes columns a key, for a way out. */
    String makeUnique(TableName table, List<String> columns);
}
