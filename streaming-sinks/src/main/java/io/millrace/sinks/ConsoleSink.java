package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Spark's console sink: prints the rows of each micro-batch on the driver's standard output, in every output mode and
 * under every trigger. A rerun of a batch is printed again. Immutable: every call returns a copy.
 *
 * <pre>{@code Sinks.console().rows(100).truncate(false)}</pre>
 */
public final class ConsoleSink implements BatchSink {
    private final int rows;
    private final boolean truncate;

    ConsoleSink(int rows, boolean truncate) {
        this.rows = rows;
        this.truncate = truncate;
    }

    /** The greatest number of rows printed for a batch. Default 20. */
    public ConsoleSink rows(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("rows(" + rows + "): the console prints at least one row of a batch.");
        }
        return new ConsoleSink(rows, truncate);
    }

    /** Whether values longer than 20 characters are cut. Default true. */
    public ConsoleSink truncate(boolean truncate) {
        return new ConsoleSink(rows, truncate);
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> batches) {
        notNull("write(batches)", batches);
        return batches.writeStream().format("console").option("numRows", rows).option("truncate", truncate);
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        return (batch, batchId) -> {
            System.out.println("Batch: " + batchId);
            batch.show(rows, truncate);
        };
    }

    @Override
    public List<String> targets() {
        return List.of("console");
    }

    @Override
    public String describe() {
        return "console, " + rows + " rows a batch" + (truncate ? "" : ", not truncated");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConsoleSink sink && rows == sink.rows && truncate == sink.truncate;
    }

    @Override
    public int hashCode() {
        return Objects.hash(rows, truncate);
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }
}
