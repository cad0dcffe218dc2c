package io.millrace.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * The outcome of one micro-batch.
 *
 * @param data whether it read new rows; Spark runs a batch without data only to update state
 * @param state empty if the query has no stateful operator, or Spark reported no progress
 */
record BatchRecord(
        long id, boolean data, boolean replay, Watermarks watermarks, Optional<State> state, List<Row> output) {

    /**
     * The watermarks around a batch, in milliseconds; zero if there is none.
     *
     * @param defined whether the query has a watermark at all
     * @param previous the watermark of the previous batch, up to which this one drops rows
     * @param used the watermark up to which this batch emits and removes state
     * @param next the watermark that the next batch uses
     */
    record Watermarks(boolean defined, long previous, long used, long next) {
        private static Watermarks of(boolean defined, Checkpoint checkpoint, long batch) {
            return new Watermarks(
                    defined,
                    checkpoint.watermarkUsed(batch - 1),
                    checkpoint.watermarkUsed(batch),
                    checkpoint.watermarkNext(batch));
        }
    }

    /**
     * The state of all operators.
     *
     * @param lateGroups Spark's own count of late rows, after its partial aggregation
     */
    record State(long rows, long lateGroups) {
        private static Optional<State> of(StateOperatorProgress[] operators) {
            return Arrays.stream(operators)
                    .map(operator -> new State(operator.numRowsTotal(), operator.numRowsDroppedByWatermark()))
                    .reduce((one, other) -> new State(one.rows + other.rows, one.lateGroups + other.lateGroups));
        }
    }

    static boolean ran(StreamingQueryProgress progress) {
        return progress.durationMs().containsKey("addBatch");
    }

    static BatchRecord of(StreamingQueryProgress progress, Checkpoint checkpoint, boolean replay, List<Row> output) {
        return new BatchRecord(
                progress.batchId(),
                Arrays.stream(progress.sources())
                        .anyMatch(source -> !Objects.equals(source.startOffset(), source.endOffset())),
                replay,
                Watermarks.of(progress.eventTime().containsKey("watermark"), checkpoint, progress.batchId()),
                State.of(progress.stateOperators()),
                output);
    }

    /** A batch that a query committed before it failed, so that there is no progress report. */
    static BatchRecord unreported(long id, Checkpoint checkpoint, boolean replay, List<Row> output) {
        boolean hasWatermark = checkpoint.watermarkNext(id) > 0;
        return new BatchRecord(id, true, replay, Watermarks.of(hasWatermark, checkpoint, id), Optional.empty(), output);
    }

    long lateGroups() {
        return state.map(State::lateGroups).orElse(0L);
    }

    /** Whether Spark may run a batch without data after this one. */
    boolean mayNeedAnother() {
        return data || watermarks.next > watermarks.used;
    }

    String kind() {
        return data ? "data" : "no data";
    }
}
