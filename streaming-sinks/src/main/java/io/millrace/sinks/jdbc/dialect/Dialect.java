package io.millrace.sinks.jdbc.dialect;

import io.millrace.core.Problem;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.types.DataType;

/**
 * What differs between databases: everything else of the JDBC sinks is the same for all of them. The URL chooses the
 * dialect, which travels with the plan.
 */
public interface Dialect extends Serializable {
    /** The name that the server calls itself by. */
    String product();

    /** How a URL of this database begins, in lower case and up to the server. */
    String urlPrefix();

    /** A URL as it should be, for messages. */
    default String urlExample() {
        return urlPrefix() + "//host:port/database";
    }

    /** The class of the JDBC driver. */
    String driver();

    /** The artifact that has that class, for messages. */
    String driverArtifact();

    /** The properties of each connection, without user and password. */
    Properties properties(ConnectionSettings settings);

    /** The first statement on each pooled connection. */
    String sessionSettings(ConnectionSettings settings);

    Catalog catalog(Connection connection);

    SqlFaults faults();

    /** Whether every upsert needs a temporary table. */
    boolean upsertsFromStage();

    /** Whether values of a stream's type go into a column. */
    boolean takes(DataType stream, ColumnType column);

    /**
     * The form of a key's values in which Java's {@code equals} says what the column's unique index says, whatever the
     * column rounds, folds or cuts; empty if only the server can compare them, by {@link UpsertSql.Flush#sameKeys}.
     */
    Optional<UnaryOperator<Object>> keyForm(PlannedColumn key);

    /** What a use of the key needs in addition to a unique index on it. */
    default List<Problem> problems(KeyRequirement use, TableShape table) {
        return List.of();
    }

    /** The statement that checks deferred constraints at once; empty if there are none. */
    default Optional<String> checkConstraintsNow() {
        return Optional.empty();
    }

    UpsertSql upsert(TableName table, UpsertSpec spec, List<PlannedColumn> columns);

    /** The statements of an exactly-once sink: it upserts if some column is a key, and appends if none is. */
    ExactlyOnceSql exactlyOnce(TableName table, List<PlannedColumn> columns);

    /** Whether an exactly-once batch can keep its refused rows: then there is a {@link #deadLetterMerge}. */
    default boolean mergesDeadLetters() {
        return false;
    }

    /** The statements of batches that keep refused rows; empty if this database cannot. */
    default Optional<DeadLetterMergeSql> deadLetterMerge(TableName table, List<PlannedColumn> columns) {
        return Optional.empty();
    }

    /** The type of a column in a table of the sink's own. */
    String sql(AuxiliaryType type);

    /** Whether a column takes what a table of the sink's own has there. */
    boolean holds(AuxiliaryType type, ColumnType column);

    /** Why this server or this session cannot be used, whatever the table: one sentence is enough. */
    Optional<Flaw> flaw(Connection connection, Reconnect reconnect) throws SQLException;

    /** Creates a table of the sink's own if it is missing. */
    default String create(TableName table, String columns) {
        return "CREATE TABLE IF NOT EXISTS " + quoted(table) + " (" + columns + ")";
    }

    /** Inserts the rows of a SELECT or of VALUES into a table of the sink's own, except those whose keys are there. */
    String insertNew(TableName table, List<String> columns, String rows);

    /** Inserts one row, a parameter each column, unless its key is there: then the count of rows is zero. */
    default String insertNew(TableName table, String... columns) {
        String values = String.join(", ", Collections.nCopies(columns.length, "?"));
        return insertNew(table, Arrays.asList(columns), "VALUES (" + values + ")");
    }

    /** Ends a SELECT whose rows must not change before the transaction ends. */
    String shareLock();

    /** Why a table or a column cannot have this name, and the way out. */
    Optional<String> nameFlaw(String name);

    /** Whether the sink's own columns have such names, so that a stream's must not. */
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
