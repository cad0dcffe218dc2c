package io.millrace.testkit;

import io.millrace.core.internal.BatchCounts;
import io.millrace.core.internal.ProgressTime;
import io.millrace.core.internal.RowCount;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
 * @param statistics empty if Spark reported no progress
 * @param clock the processing time of the batch, in milliseconds
 * @param operators what its operators know of event time, if the kit runs the query into its own sink
 */
record BatchRecord(
        long id,
        boolean data,
        boolean replay,
        Watermarks watermarks,
        Optional<State> state,
        Statistics statistics,
        List<Row> output,
        long clock,
        BatchOperators operators) {

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

    /** The event times of a batch, to the millisecond. */
    record MeasuredTimes(Instant min, Instant average, Instant max) {
        private static Optional<MeasuredTimes> of(Map<String, String> eventTime) {
            String min = eventTime.get("min");
            String average = eventTime.get("avg");
            String max = eventTime.get("max");
            return min == null || average == null || max == null
                    ? Optional.empty()
                    : Optional.of(new MeasuredTimes(
                            ProgressTime.parse(min), ProgressTime.parse(average), ProgressTime.parse(max)));
        }
    }

    /**
     * What Spark has measured of the rows.
     *
     * @param eventTimes empty without a watermark or without rows
     * @param observed the metrics of {@code Dataset.observe}, by name
     * @param ahead the rows that {@code aheadAtMost} found ahead of the clock
     */
    record Statistics(Optional<MeasuredTimes> eventTimes, Map<String, Row> observed, List<BatchCounts.Sum> ahead) {
        private static final Statistics NONE = new Statistics(Optional.empty(), Map.of(), List.of());

        private static Statistics of(StreamingQueryProgress progress) {
            return new Statistics(
                    MeasuredTimes.of(progress.eventTime()),
                    progress.observedMetrics(),
                    BatchCounts.of(progress).stream()
                            .filter(sum -> sum.fault() == RowCount.Fault.AHEAD_OF_CLOCK)
                            .toList());
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
                Statistics.of(progress),
                output,
                checkpoint.clock(progress.batchId()),
                BatchOperators.NONE);
    }

    /** A batch that a query committed before it failed, so that there is no progress report. */
    static BatchRecord unreported(long id, Checkpoint checkpoint, boolean replay, List<Row> output) {
        boolean hasWatermark = checkpoint.watermarkNext(id) > 0;
        return new BatchRecord(
                id,
                true,
                replay,
                Watermarks.of(hasWatermark, checkpoint, id),
                Optional.empty(),
                Statistics.NONE,
                output,
                checkpoint.clock(id),
                BatchOperators.NONE);
    }

    BatchRecord with(BatchOperators known) {
        return new BatchRecord(id, data, replay, watermarks, state, statistics, output, clock, known);
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
