package io.millrace.core;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** What one micro-batch says of a query's health. */
record Observation(long batch, Instant at, long inputRows, long lagRows, long lateRows, Optional<Instant> watermark) {

    static Observation of(StreamingQueryProgress progress) {
        return new Observation(
                progress.batchId(),
                Instant.parse(progress.timestamp()),
                progress.numInputRows(),
                Arrays.stream(progress.sources())
                        .mapToLong(Observation::lag)
                        .max()
                        .orElse(0),
                Arrays.stream(progress.stateOperators())
                        .mapToLong(StateOperatorProgress::numRowsDroppedByWatermark)
                        .sum(),
                Optional.ofNullable(progress.eventTime().get("watermark")).map(Instant::parse));
    }

    // Spark's Kafka source alone says how far behind it is.
    private static long lag(SourceProgress source) {
        return Long.parseLong(source.metrics().getOrDefault("maxOffsetsBehindLatest", "0"));
    }
}
