package io.millrace.testkit;

import io.millrace.core.Pipeline;
import io.millrace.core.internal.spark.BatchThread;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/** Runs a query into its own sink: each advance starts it, and processes all available data on one checkpoint. */
final class WriterQuery implements QueryDriver {
    private final Start start;
    private final Checkpoint checkpoint;
    private final Consumer<OutputMode> started;

    /** Starts a query that ends when it has processed all available data. */
    @FunctionalInterface
    interface Start {
        StreamingQuery on(String checkpoint) throws Exception;
    }

    /** @param started gets the output mode of the query when it has started */
    WriterQuery(Start start, Checkpoint checkpoint, Consumer<OutputMode> started) {
        this.start = start;
        this.checkpoint = checkpoint;
        this.started = started;
    }

    static Start of(DataStreamWriter<?> writer) {
        return checkpoint -> writer.trigger(Trigger.AvailableNow())
                .option("checkpointLocation", checkpoint)
                .start();
    }

    /** Runs {@code pipeline} into its own sink. */
    static Start of(Pipeline pipeline, SparkSession spark) {
        Pipeline toItsEnd = pipeline.availableNow();
        return checkpoint -> toItsEnd.checkpointAt(checkpoint).start(spark);
    }

    @Override
    public void advance(boolean drain, Consumer<BatchRecord> ran) throws Exception {
        long known = checkpoint.lastBatch().orElse(-1);
        long committed = checkpoint.lastCommit();
        StreamingQuery query = start.on(checkpoint.location());
        try {
            started.accept(BatchThread.of(query).outputMode());
            query.awaitTermination();
        } finally {
            query.stop(); // If the test was interrupted, it still runs.
            long reported = committed;
            for (StreamingQueryProgress progress : query.recentProgress()) {
                if (BatchRecord.ran(progress)) {
                    reported = progress.batchId();
                    ran.accept(BatchRecord.of(progress, checkpoint, reported <= known, List.of()));
                }
            }
            if (checkpoint.lastCommit() > reported) {
                // It failed after the commit of a batch, before it could report it.
                long last = checkpoint.lastCommit();
                ran.accept(BatchRecord.unreported(last, checkpoint, last <= known, List.of()));
            }
        }
    }

    /** Does nothing: the query has ended when {@link #advance} returns. */
    @Override
    public void stop() {}

    @Override
    public void clock(long millis) {
        throw new IllegalStateException(
                "A query that writes into its own sink uses the clock of the machine: pass the query itself to kit.run"
                        + " to move its clock.");
    }
}
