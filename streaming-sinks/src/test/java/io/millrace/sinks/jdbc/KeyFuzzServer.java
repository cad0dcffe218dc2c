package io.millrace.sinks.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A database whose keys are fuzzed. The fuzz itself knows none: a second database is a second class beside {@link
 * PostgresKeyFuzz}, and a line where the fuzz is run.
 */
public interface KeyFuzzServer {
    Database database();

    /** With auto-commit. */
    Connection connect() throws SQLException;

    /** Each kind of key alone, and some together. */
    List<List<KeyFuzzType>> keys();

    /**
     * Creates {@code fuzzed} and {@code expected} anew, in place of those that are there: key columns k0, k1, .. under
     * a unique index, {@code v bigint}, {@code a varchar(20)} and {@code b int}; {@code expected} has {@code gone}
     * besides, false by default.
     */
    void createTables(List<KeyFuzzType> key) throws SQLException;

    /**
     * The plain INSERT that brings a row into {@code expected} by itself, with literals. A row that is {@code gone}
     * (the last column, if the verb is {@link KeyFuzzVerb#deleting()}) stays with that mark until the flush ends, so
     * that its version holds that long; what replaces it takes nothing over from it, its key neither.
     */
    String insert(KeyFuzzVerb verb, List<KeyFuzzType> key, Row row);

    /** Executes these one after the other, as fast as the server can. */
    void execute(Connection connection, List<String> statements) throws SQLException;
}
