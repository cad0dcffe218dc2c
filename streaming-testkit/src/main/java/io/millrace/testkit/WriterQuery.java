package io.millrace.testkit;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/** Runs a query through its own writer: each advance processes all available data on one checkpoint. */
final class WriterQuery implements QueryDriver {
    private final Supplier<DataStreamWriter<Row>> writer;
    private final Checkpoint checkpoint;

    WriterQuery(Supplier<DataStreamWriter<Row>> writer, Checkpoint checkpoint) {
        this.writer = writer;
        this.checkpoint = checkpoint;
    }

    @Override
    public void advance(boolean drain, Consumer<BatchRecord> ran) throws Exception {
        long known = checkpoint.lastBatch().orElse(-1);
        StreamingQuery query = writer.get()
                .trigger(Trigger.AvailableNow())
                .option("checkpointLocation", checkpoint.location())
                .start();
        try {
            query.awaitTermination();
        } finally {
            query.stop(); // If the test was interrupted, it still runs.
            for (StreamingQueryProgress progress : query.recentProgress()) {
                if (BatchRecord.ran(progress)) {
                    ran.accept(BatchRecord.of(progress, checkpoint, progress.batchId() <= known, List.of()));
                }
            }
        }
    }

    /** Does nothing: the query has ended when {@link #advance} returns. */
    @Override
    public void stop() {}

    @Override
    public void clock(long millis) {
        throw new IllegalStateException(
                "A DataStreamWriter uses the clock of the machine: pass the query itself to kit.run to move its"
                        + " clock.");
    }
}
