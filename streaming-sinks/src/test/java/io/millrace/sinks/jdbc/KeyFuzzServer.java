package io.millrace.sinks.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A database whose keys are fuzzed. The fuzz itself does not depend on one: each database implements this interface, as
 * {@link PostgresKeyFuzz} does.
 */
public interface KeyFuzzServer {
    Database database();

    /** Opens a connection with auto-commit. */
    Connection connect() throws SQLException;

    /** Each kind of key alone, and some combinations. */
    List<List<KeyFuzzType>> keys();

    /**
     * Creates {@code fuzzed} and {@code expected} anew, in place of those that are there: key columns k0, k1, .. under
     * a unique index, {@code v bigint}, {@code a varchar(20)} and {@code b int}; {@code expected} also has
     * {@code gone}, false by default.
     */
    void createTables(List<KeyFuzzType> key) throws SQLException;

    /**
     * The plain INSERT of one row into {@code expected}, with literals. A row that is {@code gone} (the last column, if
     * the verb is {@link KeyFuzzVerb#deleting()}) stays with that mark until the flush ends, so that its version is
     * compared until then. A row that replaces it does not keep any of its values, nor the spelling of its key.
     */
    String insert(KeyFuzzVerb verb, List<KeyFuzzType> key, Row row);

    /** Executes these statements in order, in as few round trips as possible. */
    void execute(Connection connection, List<String> statements) throws SQLException;
}
