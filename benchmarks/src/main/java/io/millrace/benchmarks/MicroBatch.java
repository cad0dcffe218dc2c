package io.millrace.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/** Runs a query for a single micro-batch. */
final class MicroBatch {
    private MicroBatch() {}

    /** Returns the duration that Spark reports for the batch as {@code addBatch}, from planning to the end of the sink. */
    static long nanoseconds(DataStreamWriter<Row> writer, long rows) throws Exception {
        Path checkpoint = Files.createTempDirectory("checkpoint");
        StreamingQuery query = writer.option("checkpointLocation", checkpoint.toString())
                .trigger(Trigger.AvailableNow())
                .start();
        query.awaitTermination();
        StreamingQueryProgress batch = Arrays.stream(query.recentProgress())
                .filter(progress -> progress.numInputRows() > 0)
                .reduce((first, second) -> {
                    throw new IllegalStateException("more than one micro-batch had rows");
                })
                .orElseThrow();
        if (batch.numInputRows() != rows) {
            throw new IllegalStateException("the micro-batch had " + batch.numInputRows() + " rows, not " + rows);
        }
        return batch.durationMs().getOrDefault("addBatch", 0L) * 1_000_000;
    }
}
