package io.millrace.core;

import io.millrace.core.internal.BatchCounts;
import io.millrace.core.internal.ProgressTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * The progress of one micro-batch, for a query's health.
 *
 * @param faulty the rows that its steps counted as malformed, without an event time or ahead of the clock
 */
record BatchProgress(
        long batch,
        Instant at,
        long inputRows,
        long lagRows,
        long lateRows,
        Optional<Instant> watermark,
        List<BatchCounts.Sum> faulty) {
    static BatchProgress of(StreamingQueryProgress progress) {
        return new BatchProgress(
                progress.batchId(),
                Instant.parse(progress.timestamp()),
                progress.numInputRows(),
                Arrays.stream(progress.sources())
                        .mapToLong(BatchProgress::lag)
                        .max()
                        .orElse(0),
                Arrays.stream(progress.stateOperators())
                        .mapToLong(StateOperatorProgress::numRowsDroppedByWatermark)
                        .sum(),
                Optional.ofNullable(progress.eventTime().get("watermark")).map(ProgressTime::parse),
                BatchCounts.of(progress));
    }

    // Spark's Kafka source alone reports its lag.
    private static long lag(SourceProgress source) {
        return Long.parseLong(source.metrics().getOrDefault("maxOffsetsBehindLatest", "0"));
    }
}
