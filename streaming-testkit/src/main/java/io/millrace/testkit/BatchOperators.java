package io.millrace.testkit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the operators of a micro-batch know of event time. Columns are named by Spark's numbers of them.
 *
 * @param watermarks the watermark of each operator that computes one, in the order of the plan
 * @param joins the joins of two streams
 */
record BatchOperators(List<OperatorWatermark> watermarks, List<Join> joins) {
    static final BatchOperators NONE = new BatchOperators(List.of(), List.of());

    /**
     * The watermark of one operator since the query was started, in milliseconds; zero if it has seen no event. Spark
     * forgets it at a restart, and keeps only the watermark of the query.
     */
    record OperatorWatermark(long column, long delay, long watermark) {
        OperatorWatermark restarted() {
            return new OperatorWatermark(column, delay, 0);
        }

        private OperatorWatermark orLater(long other) {
            return new OperatorWatermark(column, delay, Math.max(watermark, other));
        }
    }

    /** A join; empty for a side from which no watermark removes rows. */
    record Join(Optional<Removal> left, Optional<Removal> right) {}

    /** A join removes a row of a side once the watermark is at its {@code column} less {@code offset}. */
    record Removal(long column, long watermark) {
        long offset(long used) {
            return watermark - used;
        }
    }

    /** After {@code earlier} batches of the same start of the query. */
    BatchOperators after(BatchOperators earlier) {
        Map<Long, OperatorWatermark> before = earlier.watermarks.stream()
                .collect(Collectors.toMap(OperatorWatermark::column, Function.identity(), (one, other) -> one));
        return new BatchOperators(
                watermarks.stream()
                        .map(operator -> operator.orLater(Optional.ofNullable(before.get(operator.column()))
                                .map(OperatorWatermark::watermark)
                                .orElse(0L)))
                        .toList(),
                joins);
    }
}
