package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.SqlFunction;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serial;
import java.io.Serializable;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
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
     */
    FlatMapFunction<Iterator<Row>, Long> writeAll(ExactlyOnceSql sql) {
        return rows -> inTransaction(connection -> writeAll(connection, sql, rows)).stream()
                .iterator();
    }

    private OptionalLong writeAll(Connection connection, ExactlyOnceSql sql, Iterator<Row> rows) throws SQLException {
        if (!plan.ledger().begin(connection, queryId, batch)) {
            return OptionalLong.empty();
        }
        long written = sql.write(connection, rows);
        plan.ledger().note(connection, queryId, written);
        return OptionalLong.of(written);
    }

    /** Stages the rows of one partition; returns the result that {@link StagingTable.Partition} reads. */
    FlatMapFunction<Iterator<Row>, long[]> stage(TableName staging) {
        return rows -> {
            long attempt = RANDOM.nextLong();
            long first = StagingTable.firstNumber(TaskContext.getPartitionId());
            OptionalLong written = inTransaction(connection ->
                    OptionalLong.of(plan.writing().sql().stage(connection, staging, rows, attempt, first)));
            return List.of(new StagingTable.Partition(attempt, written.orElseThrow()).asResult())
                    .iterator();
        };
    }

    private OptionalLong inTransaction(SqlFunction<Connection, OptionalLong> work) {
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
            throw ExactlyOnceFailure.of(what, e, database, began);
        }
    }
}
