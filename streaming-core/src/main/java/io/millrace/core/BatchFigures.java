package io.millrace.core;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.ProgressTime;
import io.millrace.core.internal.kafka.KafkaLag;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** What the micro-batches of a query did: updated by a listener, read by Spark's metrics at any time. */
final class BatchFigures {
    private static final Last NONE = new Last(-1, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0, Optional.empty());

    private final Counter batches = new Counter();
    private final Counter inputRows = new Counter();
    private final Counter outputRows = new Counter();
    private volatile Last last = NONE;

    /** The last batch. Its phases are those of Spark's {@code durationMs}. */
    private record Last(
            long batch,
            long milliseconds,
            long inputRows,
            long outputRows,
            long lag,
            long lagBefore,
            long largestLag,
            Map<String, Long> phases,
            long stateRows,
            long stateBytes,
            Optional<Instant> watermark) {
        static Last of(StreamingQueryProgress progress) {
            KafkaLag lag = KafkaLag.of(progress);
            return new Last(
                    progress.batchId(),
                    progress.batchDuration(),
                    progress.numInputRows(),
                    Math.max(0, progress.sink().numOutputRows()), // -1 if the sink does not report them
                    lag.rows(),
                    lag.rowsBefore(),
                    lag.largestPartition(),
                    progress.durationMs(),
                    sum(progress, StateOperatorProgress::numRowsTotal),
                    sum(progress, StateOperatorProgress::memoryUsedBytes),
                    // Spark starts with the year 1970 before it has seen any row.
                    Optional.ofNullable(progress.eventTime().get("watermark"))
                            .map(ProgressTime::parse)
                            .filter(time -> time.isAfter(Instant.EPOCH)));
        }

        private static long sum(StreamingQueryProgress progress, ToLongFunction<StateOperatorProgress> figure) {
            return Arrays.stream(progress.stateOperators()).mapToLong(figure).sum();
        }

        long watermarkDelay() {
            return watermark
                    .map(time -> System.currentTimeMillis() - time.toEpochMilli())
                    .orElse(0L);
        }

        long phase(String... keys) {
            return Stream.of(keys)
                    .mapToLong(key -> phases.getOrDefault(key, 0L))
                    .sum();
        }

        Last whenIdle() {
            return new Last(
                    batch,
                    milliseconds,
                    inputRows,
                    outputRows,
                    lag,
                    lag,
                    largestLag,
                    phases,
                    stateRows,
                    stateBytes,
                    watermark);
        }
    }

    void addTo(MetricRegistry metrics) {
        metrics.register("batches", batches);
        metrics.register("input-rows", inputRows);
        metrics.register("output-rows", outputRows);
        gauge(metrics, "batch-id", Last::batch);
        gauge(metrics, "batch-rows", Last::inputRows);
        gauge(metrics, "batch-duration-ms", Last::milliseconds);
        gauge(metrics, "phase-offsets-ms", batch -> batch.phase("latestOffset", "getBatch"));
        gauge(metrics, "phase-planning-ms", batch -> batch.phase("queryPlanning"));
        gauge(metrics, "phase-rows-ms", batch -> batch.phase("addBatch"));
        gauge(metrics, "phase-checkpoint-ms", batch -> batch.phase("walCommit", "commitOffsets", "commitBatch"));
        gauge(metrics, "lag-rows", Last::lag);
        gauge(metrics, "waiting-rows", Last::lagBefore);
        gauge(metrics, "lag-max-partition-rows", Last::largestLag);
        gauge(metrics, "watermark-delay-ms", Last::watermarkDelay);
        gauge(metrics, "state-rows", Last::stateRows);
        gauge(metrics, "state-memory-bytes", Last::stateBytes);
    }

    void observe(StreamingQueryProgress progress) {
        Last batch = Last.of(progress);
        batches.inc();
        inputRows.inc(batch.inputRows());
        outputRows.inc(batch.outputRows());
        last = batch;
    }

    /** Records a trigger that has found no rows: the last batch left what is still unread. */
    void idle() {
        last = last.whenIdle();
    }

    private void gauge(MetricRegistry metrics, String name, ToLongFunction<Last> value) {
        metrics.register(name, (Gauge<Long>) () -> value.applyAsLong(last));
    }
}
