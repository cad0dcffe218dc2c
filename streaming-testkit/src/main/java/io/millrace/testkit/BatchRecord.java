package io.millrace.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * The outcome of one micro-batch.
 *
 * @param data whether it read new rows; Spark runs a batch without data only to update state
 * @param watermarked whether the query has a watermark at all
 * @param lateBefore the watermark, in milliseconds, up to which rows were dropped: that of the previous batch
 * @param lateGroups Spark's own count of late rows, after its partial aggregation
 */
record BatchRecord(
        long id,
        boolean data,
        boolean replay,
        boolean watermarked,
        long lateBefore,
        long watermarkUsed,
        long watermarkNext,
        long lateGroups,
        boolean stateful,
        long stateRows,
        List<Row> output) {

    static boolean ran(StreamingQueryProgress progress) {
        return progress.durationMs().containsKey("addBatch");
    }

    static BatchRecord of(StreamingQueryProgress progress, Checkpoint checkpoint, boolean replay, List<Row> output) {
        StateOperatorProgress[] state = progress.stateOperators();
        return new BatchRecord(
                progress.batchId(),
                Arrays.stream(progress.sources())
                        .anyMatch(source -> !Objects.equals(source.startOffset(), source.endOffset())),
                replay,
                progress.eventTime().containsKey("watermark"),
                checkpoint.watermarkUsed(progress.batchId() - 1),
                checkpoint.watermarkUsed(progress.batchId()),
                checkpoint.watermarkNext(progress.batchId()),
                Arrays.stream(state)
                        .mapToLong(StateOperatorProgress::numRowsDroppedByWatermark)
                        .sum(),
                state.length > 0,
                Arrays.stream(state)
                        .mapToLong(StateOperatorProgress::numRowsTotal)
                        .sum(),
                output);
    }

    /** A batch that a query committed before it failed, so that there is no progress report. */
    static BatchRecord unreported(long id, Checkpoint checkpoint, boolean replay, List<Row> output) {
        long used = checkpoint.watermarkUsed(id);
        long next = checkpoint.watermarkNext(id);
        return new BatchRecord(
                id, true, replay, next > 0, checkpoint.watermarkUsed(id - 1), used, next, 0, false, 0, output);
    }

    /** Whether Spark may run a batch without data after this one. */
    boolean mayNeedAnother() {
        return data || watermarkNext > watermarkUsed;
    }

    String kind() {
        return data ? "data" : "no data";
    }
}
