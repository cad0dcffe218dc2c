package io.millrace.sinks;

import java.io.Serial;
import java.io.Serializable;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * What one task does of a micro-batch. Its rows pass by once, so that it does not try again: the batch does, as a whole.
 */
final class ExactlyOnceTask implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Instead of a number of rows: the ledger had the batch when the task began. */
    static final long FOUND = -1;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ExactlyOncePlan plan;
    private final String queryId;
    private final long batch;

    ExactlyOnceTask(ExactlyOncePlan plan, String queryId, long batch) {
        this.plan = plan;
        this.queryId = queryId;
        this.batch = batch;
    }

    /** The whole batch in the transaction of one task; gives the number of its rows, or {@link #FOUND}. */
    FlatMapFunction<Iterator<Row>, Long> whole() {
        return rows -> {
            long written = inTransaction(connection -> whole(connection, rows));
            return List.of(written).iterator();
        };
    }

    private long whole(Connection connection, Iterator<Row> rows) throws SQLException {
        if (!plan.ledger().begin(connection, queryId, batch)) {
            return FOUND;
        }
        long written = plan.sql().write(connection, rows);
        plan.ledger().note(connection, queryId, written);
        return written;
    }

    /** A part of the batch into the stage of all; gives the attempt that marks its rows, and their number. */
    FlatMapFunction<Iterator<Row>, long[]> part(TableName stage) {
        return rows -> {
            long attempt = RANDOM.nextLong();
            long partition = TaskContext.getPartitionId();
            long written = inTransaction(connection ->
                    plan.sql().stage(connection, stage, rows, attempt, StagingTable.firstNumber(partition)));
            return List.of(new long[] {attempt, written}).iterator();
        };
    }

    private long inTransaction(Work work) {
        Database database = plan.database();
        String what = "Batch " + batch + " into \"" + plan.table() + "\"";
        long began = System.nanoTime();
        try (Connection connection = Pools.borrow(database, what)) {
            plan.sql().awaitRows(connection);
            long written = work.run(connection);
            connection.commit();
            if (written != FOUND) {
                plan.metrics().add(new WriteCounts(written, 1, (System.nanoTime() - began) / 1_000_000, 0, 0, 0));
            }
            return written;
        } catch (SQLException e) {
            throw ExactlyOnceFailure.of(what, e, database, began);
        }
    }

    /** What is done in the task's transaction; gives the number of its rows. */
    @FunctionalInterface
    private interface Work {
        long run(Connection connection) throws SQLException;
    }
}
