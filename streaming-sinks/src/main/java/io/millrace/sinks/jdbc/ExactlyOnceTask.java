package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.BatchParts;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.SqlFunction;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serial;
import java.io.Serializable;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * Writes the rows of one task of a batch. The rows can be read only once, so a task does not retry: the whole batch
 * does.
 */
final class ExactlyOnceTask implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ExactlyOncePlan plan;
    private final String queryId;
    private final long batch;

    ExactlyOnceTask(ExactlyOncePlan plan, String queryId, long batch) {
        this.plan = plan;
        this.queryId = queryId;
        this.batch = batch;
    }

    /**
     * Writes the whole batch in one transaction; returns the number of its rows, or nothing if the ledger has the
     * batch.
     *
     * @param inParts whether rows may be merged before all have arrived
     */
    FlatMapFunction<Iterator<Row>, Long> writeAll(ExactlyOnceSql sql, boolean inParts) {
        return rows -> {
            Second second = new Second(plan.database(), plan.describe(batch), inParts);
            return inTransaction(connection -> writeAll(connection, sql, rows, second), second).stream()
                    .iterator();
        };
    }

    private OptionalLong writeAll(Connection connection, ExactlyOnceSql sql, Iterator<Row> rows, Second second)
            throws SQLException {
        if (!plan.ledger().begin(connection, queryId, batch)) {
            return OptionalLong.empty();
        }
        long written = sql.write(
                connection,
                rows,
                new BatchParts(plan.describe(batch), plan.limits().rows(), plan.stagingPrefix(queryId), second));
        plan.ledger().note(connection, queryId, written);
        return OptionalLong.of(written);
    }

    /** Stages the rows of one partition; returns the result that {@link StagingTable.Partition} reads. */
    FlatMapFunction<Iterator<Row>, long[]> stage(TableName staging) {
        return rows -> {
            long attempt = RANDOM.nextLong();
            long first = StagingTable.firstNumber(TaskContext.getPartitionId());
            OptionalLong written = inTransaction(
                    connection ->
                            OptionalLong.of(plan.writing().sql().stage(connection, staging, rows, attempt, first)),
                    new Second(plan.database(), plan.describe(batch), false));
            return List.of(new StagingTable.Partition(attempt, written.orElseThrow()).asResult())
                    .iterator();
        };
    }

    private OptionalLong inTransaction(SqlFunction<Connection, OptionalLong> work, Second second) {
        Database database = plan.database();
        String what = plan.describe(batch);
        long began = System.nanoTime();
        try (Connection connection = Pools.borrow(database, what)) {
            plan.writing().sql().awaitRows(connection);
            OptionalLong written = work.apply(connection);
            connection.commit();
            long milliseconds = (System.nanoTime() - began) / 1_000_000;
            written.ifPresent(rows -> plan.metrics().add(WriteCounts.written(rows, 1, milliseconds)));
            return written;
        } catch (SQLException e) {
            throw ExactlyOnceFailure.of(what, e, database, began, second.borrowed);
        }
    }

    /** The second connection of a task. */
    private static final class Second implements BatchParts.SecondConnection {
        private final Database database;
        private final String what;
        private final boolean allowed;
        private boolean borrowed;

        Second(Database database, String what, boolean allowed) {
            this.database = database;
            this.what = what;
            this.allowed = allowed;
        }

        /** Does not wait for long: two tasks could wait for each other's. */
        @Override
        public Optional<Connection> borrow() {
            if (!allowed || database.connections() < 2) {
                return Optional.empty();
            }
            try {
                Connection connection = Pools.borrow(database, what, Duration.ZERO);
                borrowed = true;
                return Optional.of(connection);
            } catch (SQLException e) {
                return Optional.empty();
            }
        }
    }
}
