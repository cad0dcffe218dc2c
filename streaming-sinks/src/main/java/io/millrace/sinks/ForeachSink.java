package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.internal.ForeachPartitions;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Passes each row to a {@link ForeachWriter} of your own, in every output mode and under every trigger. At least once:
 * a task or batch that failed is rerun, perhaps with its rows in other partitions, so that the result is exact only if
 * writing a row twice has the effect of writing it once. If {@code open} returns false, the rows of the partition are
 * dropped.
 *
 * <pre>{@code Sinks.foreach(new AuditWriter())}</pre>
 */
public final class ForeachSink implements BatchSink {
    private final ForeachWriter<Row> writer;

    private ForeachSink(ForeachWriter<Row> writer) {
        this.writer = writer;
    }

    static ForeachSink of(ForeachWriter<Row> writer) {
        try (ObjectOutputStream discarded = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            discarded.writeObject(writer);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "foreach(" + writer.getClass().getName()
                            + "): Spark sends a copy of the writer to each task, and it"
                            + " cannot be serialized (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "). Make that field transient and set it in open(...).",
                    e);
        }
        return new ForeachSink(writer);
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        notNull("write(rows)", rows);
        return rows.writeStream().foreach(writer);
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        return (rows, batchId) -> ForeachPartitions.write(rows, batchId, writer);
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        return query.problemIfStateIsLost("the target of the writer").stream().toList();
    }

    @Override
    public List<String> targets() {
        return List.of("foreach");
    }

    @Override
    public String describe() {
        return "foreach " + writer.getClass().getName();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ForeachSink sink && writer.equals(sink.writer);
    }

    @Override
    public int hashCode() {
        return writer.hashCode();
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }
}
