package io.millrace.sinks.jdbc;

import io.millrace.core.internal.FailureKind;
import io.millrace.sinks.jdbc.dialect.AuxiliaryType;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A table with the newest epoch of each query. A flush locks its row in shared mode until it commits, so that a newer
 * epoch can only begin afterwards, and a task of an older epoch that is still alive can no longer write. In a row of a
 * continuous query, whose partitions are in different epochs, the epoch is the number of a {@link ContinuousFence run}.
 */
record Fence(Dialect dialect, TableName fences, String target) implements Serializable {
    static final String NAME = AuxiliaryTable.FENCE;

    static Fence of(Dialect dialect, TableName table) {
        return new Fence(dialect, table.sibling(NAME), table.toString());
    }

    /** The table of a sink; {@code call} names it in messages. */
    static AuxiliaryTable table(Dialect dialect, String call, TableName fences) {
        return new AuxiliaryTable(
                call,
                fences,
                ddl(dialect, fences),
                Map.of("query_id", AuxiliaryType.KEY, "target", AuxiliaryType.KEY, "epoch", AuxiliaryType.NUMBER),
                List.of("query_id", "target"));
    }

    static String ddl(Dialect dialect, TableName fences) {
        String key = dialect.sql(AuxiliaryType.KEY);
        return dialect.create(
                fences,
                "query_id " + key + " NOT NULL, target " + key
                        + " NOT NULL, epoch bigint NOT NULL, PRIMARY KEY (query_id, target)");
    }

    /**
     * Begins {@code epoch} if it is the newest. It runs in a transaction of its own, so that no other writer waits for
     * a flush.
     */
    void advance(Connection connection, String queryId, long epoch) throws SQLException {
        OptionalLong current = epoch(connection, queryId, "");
        if (current.isPresent() && !ContinuousFence.mayFollow(epoch, current.getAsLong())) {
            return;
        }
        String advance = "UPDATE " + dialect.quoted(fences)
                + " SET epoch = ? WHERE query_id = ? AND target = ? AND (epoch < ? OR epoch = ?)";
        try (PreparedStatement update = connection.prepareStatement(advance)) {
            update.setLong(1, epoch);
            update.setString(2, queryId);
            update.setString(3, target);
            update.setLong(4, epoch);
            update.setLong(5, current.orElse(epoch));
            if (update.executeUpdate() == 0) {
                insert(connection, queryId, epoch);
            }
        }
    }

    /** Inserts a row unless there is one. */
    void insert(Connection connection, String queryId, long epoch) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(dialect.insertNew(fences, "query_id", "target", "epoch"))) {
            insert.setString(1, queryId);
            insert.setString(2, target);
            insert.setLong(3, epoch);
            insert.executeUpdate();
        }
    }

    /** Refuses a task of an older epoch; otherwise no newer epoch can begin before the transaction ends. */
    void hold(Connection connection, String queryId, long epoch) throws SQLException {
        OptionalLong current = epoch(connection, queryId, dialect.shareLock());
        if (current.isEmpty() || current.getAsLong() != epoch) {
            throw refusal("Epoch " + epoch, queryId, current);
        }
    }

    /** Refuses a task for what its row has, or for its absence. */
    SinkFailure refusal(String task, String queryId, OptionalLong current) {
        return new SinkFailure(
                task + " of query " + queryId + " may not write to \"" + target
                        + "\" any more: "
                        + (current.isEmpty()
                                ? "its row in " + fences + " is gone."
                                : ContinuousFence.describe(current.getAsLong()) + " has begun, says " + fences + ".")
                        + " A task that Spark has given up ends here. If an old checkpoint was restored on purpose,"
                        + " delete that line.",
                FailureKind.TAKEN_OVER);
    }

    /** @param lock the clause that locks the row, or nothing */
    OptionalLong epoch(Connection connection, String queryId, String lock) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT epoch FROM " + dialect.quoted(fences) + " WHERE query_id = ? AND target = ?" + lock,
                        found -> found.getLong(1),
                        queryId,
                        target)
                .stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }
}
