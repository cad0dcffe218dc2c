package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/**
 * A sink that can share a read: {@code Sinks.several(...)} computes each micro-batch once and writes it to one such
 * sink after the other. Alone it runs as a {@code foreachBatch}. {@link #describe} and {@link #check} serve both; among
 * several sinks, each checks the same query, and its problems and notes get the name of the sink.
 *
 * <pre>{@code
 * BatchSink files = stream -> (rows, batchId) -> rows.write().mode("overwrite").parquet("/hits/" + batchId);
 * Sinks.several("files", files).and("table", Sinks.jdbc(database).table("hits").upsertOn("id"));
 * }</pre>
 */
public interface BatchSink extends Sink {
    /**
     * The function that writes the micro-batches of one query. Called on the driver before each start of the query, and
     * writes nothing itself. The function gets all rows of a batch, as the output mode gives them, and the id of the
     * batch:
     *
     * <ul>
     *   <li>It runs on the driver, on the thread of the query, for one batch at a time. Among several sinks the rows
     *       are persisted: it may run any number of actions on them and must not unpersist them.
     *   <li>If it returns, the batch is finished: everything must be written by then. Among several sinks this is
     *       recorded in the checkpoint, and the sink does not get this batch again.
     *   <li>If it throws, the batch has failed. The other sinks still get the batch, then the query fails; the next
     *       start gives the batch, under the same id, to the failed sinks alone. It must not swallow an interruption,
     *       which means that the query is being stopped.
     *   <li>It may get the same batch id again after it has returned, if the driver died before that was recorded. The
     *       rows are the same if the source and the plan give the same rows again. To write them once, use the id.
     *   <li>Ids grow by one within a checkpoint and start at 0 with a new checkpoint. Among several sinks, one that
     *       joins later gets the batches from then on.
     * </ul>
     *
     * @param stream the stream whose batches they are, for its columns and its session
     */
    VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream);

    /**
     * The same sink after {@code steps}, which run on the rows of each batch: filters, columns, JSON, arrays to rows,
     * joins with tables. {@link #check} refuses steps that belong to the whole stream (state, a watermark, a second
     * stream), and conditions on the time of day or on random numbers, which differ from branch to branch.
     */
    default BatchSink after(Transform steps) {
        notNull("after(steps)", steps);
        return new BranchSink(steps, this);
    }

    /** Writes by {@code foreachBatch}, unless the sink knows a better way for a query of its own. */
    @Override
    default DataStreamWriter<Row> write(Dataset<Row> rows) {
        notNull("write(rows)", rows);
        return rows.writeStream().foreachBatch(batchesOf(rows));
    }
}
