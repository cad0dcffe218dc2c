package io.millrace.sinks.jdbc;

import io.millrace.core.internal.FailureKind;
import io.millrace.sinks.jdbc.dialect.AuxiliaryType;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A table with the last micro-batch of each query, written in the transaction of its rows. The row is locked from the
 * start of that transaction, so that the second of two attempts at one batch waits, and then finds the batch committed.
 */
record Ledger(Dialect dialect, TableName ledgers, String target) implements Serializable {
    static final String NAME = AuxiliaryTable.LEDGER;
    private static final String ROWS = "rows";

    static Ledger of(Dialect dialect, TableName table) {
        return new Ledger(dialect, table.sibling(NAME), table.toString());
    }

    /** The table of a sink; {@code call} names it in messages. */
    static AuxiliaryTable table(Dialect dialect, String call, TableName ledgers) {
        return new AuxiliaryTable(
                call,
                ledgers,
                ddl(dialect, ledgers),
                Map.of(
                        "query_id",
                        AuxiliaryType.KEY,
                        "target",
                        AuxiliaryType.KEY,
                        "batch_id",
                        AuxiliaryType.NUMBER,
                        ROWS,
                        AuxiliaryType.NUMBER),
                List.of("query_id", "target"));
    }

    static String ddl(Dialect dialect, TableName ledgers) {
        String key = dialect.sql(AuxiliaryType.KEY);
        return dialect.create(
                ledgers,
                "query_id " + key + " NOT NULL, target " + key + " NOT NULL, batch_id bigint NOT NULL, "
                        + dialect.quoted(ROWS) + " bigint NOT NULL, committed_at " + dialect.sql(AuxiliaryType.INSTANT)
                        + " NOT NULL DEFAULT now(), PRIMARY KEY (query_id, target)");
    }

    /** The last batch of the query that has been committed. */
    OptionalLong last(Connection connection, String queryId) throws SQLException {
        return number(
                connection,
                "SELECT batch_id FROM " + dialect.quoted(ledgers) + " WHERE query_id = ? AND target = ?",
                queryId);
    }

    /** Whether other queries have written to the table. */
    boolean knowsOthers(Connection connection, String queryId) throws SQLException {
        return number(
                        connection,
                        "SELECT 1 FROM " + dialect.quoted(ledgers) + " WHERE query_id <> ? AND target = ? LIMIT 1",
                        queryId)
                .isPresent();
    }

    /** Records the batch; false if it has been committed already. Waits for the end of another attempt at it. */
    boolean begin(Connection connection, String queryId, long batch) throws SQLException {
        return update(
                                connection,
                                "UPDATE " + dialect.quoted(ledgers) + " SET batch_id = ?, committed_at = now()"
                                        + " WHERE query_id = ? AND target = ? AND batch_id = ?",
                                batch,
                                queryId,
                                batch - 1)
                        == 1
                || first(connection, queryId, batch);
    }

    /** The number of rows of a committed batch; empty if a later batch has been committed since. */
    OptionalLong rows(Connection connection, String queryId, long batch) throws SQLException {
        return number(
                connection,
                "SELECT " + dialect.quoted(ROWS) + " FROM " + dialect.quoted(ledgers)
                        + " WHERE query_id = ? AND target = ? AND batch_id = " + batch,
                queryId);
    }

    void note(Connection connection, String queryId, long rows) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + dialect.quoted(ledgers) + " SET "
                + dialect.quoted(ROWS) + " = ? WHERE query_id = ? AND target = ?")) {
            update.setLong(1, rows);
            update.setString(2, queryId);
            update.setString(3, target);
            update.executeUpdate();
        }
    }

    private boolean first(Connection connection, String queryId, long batch) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(dialect.insertNew(ledgers, "query_id", "target", "batch_id", ROWS))) {
            insert.setString(1, queryId);
            insert.setString(2, target);
            insert.setLong(3, batch);
            insert.setLong(4, 0);
            if (insert.executeUpdate() == 1) {
                return true;
            }
        }
        OptionalLong last = last(connection, queryId);
        if (last.isPresent() && last.getAsLong() < batch) {
            throw lost(queryId, batch, last.getAsLong());
        }
        return false;
    }

    /** Reports that the database has fewer batches than Spark's checkpoint. */
    SinkFailure lost(String queryId, long batch, long last) {
        return new SinkFailure(
                "Batch " + batch + " of query " + queryId + " cannot go into \"" + target
                        + "\": the last batch in it is " + last + ", says " + ledgers
                        + ", so that the batches between them are lost, as after a restore of the database. Restore a"
                        + " checkpoint as old as the database, or start with a new checkpoint"
                        + " and allowNewCheckpoint().",
                FailureKind.CHECKPOINT_REFUSED);
    }

    private int update(Connection connection, String sql, long batch, String queryId, long guard) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, batch);
            update.setString(2, queryId);
            update.setString(3, target);
            update.setLong(4, guard);
            return update.executeUpdate();
        }
    }

    private OptionalLong number(Connection connection, String sql, String queryId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, queryId);
            query.setString(2, target);
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? OptionalLong.of(found.getLong(1)) : OptionalLong.empty();
            }
        }
    }
}
