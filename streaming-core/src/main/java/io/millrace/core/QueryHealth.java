package io.millrace.core;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.BatchCounts;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.QueryLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The health of one query: updated by the thread of the listener, read by Spark's metrics at any time. */
final class QueryHealth {
    private enum Warning {
        LAG,
        LATE,
        STALLED,
        LEAP,
        MALFORMED,
        NO_EVENT_TIME,
        AHEAD_OF_CLOCK
    }

    private final String name;
    private final Health limits;
    private final WatermarkMoves moves;
    private final Map<Warning, Instant> lastWarned = new EnumMap<>(Warning.class);
    private Optional<Instant> watermark = Optional.empty();
    private Instant watermarkSince = Instant.MAX;
    private long rowsSinceWatermark;
    private long lateRowsUnreported;
    private final Counter lateRows = new Counter();
    private final Counter failures = new Counter();
    private final Counter malformed = new Counter();
    private final Counter withoutEventTime = new Counter();
    private final Counter aheadOfClock = new Counter();
    private final Map<Warning, Long> unreported = new EnumMap<>(Warning.class);
    private volatile long stalledMillis;
    private volatile long lastProgress = System.currentTimeMillis();

    QueryHealth(String name, Health limits) {
        this.name = name;
        this.limits = limits;
        this.moves = new WatermarkMoves(limits.leap);
    }

    MetricRegistry metrics() {
        MetricRegistry metrics = new MetricRegistry();
        metrics.register("late-rows-dropped", lateRows);
        gauge(metrics, "watermark-stalled-ms", () -> stalledMillis);
        gauge(metrics, "since-progress-ms", () -> System.currentTimeMillis() - lastProgress);
        metrics.register("failures", failures);
        metrics.register("malformed-rows", malformed);
        metrics.register("rows-without-event-time", withoutEventTime);
        metrics.register("rows-ahead-of-clock", aheadOfClock);
        return metrics;
    }

    private static void gauge(MetricRegistry metrics, String name, Gauge<Long> value) {
        metrics.register(name, value);
    }

    /** Records that the query has started, or has looked for rows. */
    void alive() {
        lastProgress = System.currentTimeMillis();
    }

    /** Records one batch and returns its warnings. */
    List<String> observe(BatchProgress batch) {
        alive();
        List<String> warnings = new ArrayList<>();
        lag(batch).ifPresent(warnings::add);
        leap(batch).ifPresent(warnings::add);
        lateRows(batch).ifPresent(warnings::add);
        stalledWatermark(batch).ifPresent(warnings::add);
        batch.faulty().forEach(sum -> counter(sum).inc(sum.faulty()));
        faulty(batch, Warning.MALFORMED, "found", "malformed document", "").ifPresent(warnings::add);
        faulty(batch, Warning.NO_EVENT_TIME, "dropped", "row", " without an event time")
                .ifPresent(warnings::add);
        faulty(batch, Warning.AHEAD_OF_CLOCK, "found", "row", " ahead of the clock")
                .ifPresent(warnings::add);
        return warnings;
    }

    /** Records a failure of the query. The warning names the root cause, without any text that may hold rows. */
    List<String> failed(String stackTrace) {
        failures.inc();
        return List.of("Query \"" + name + "\" failed with " + Errors.nameOf(stackTrace)
                + ". Spark's log and query.exception() say more. The next start reruns its last batch.");
    }

    private Optional<String> lag(BatchProgress batch) {
        long lagRows = batch.lagRows();
        if (lagRows <= limits.lagRows || isRecent(Warning.LAG, batch.at())) {
            return Optional.empty();
        }
        return Optional.of(
                "Query \"" + name + "\" lags by " + QueryLog.count(lagRows, "row") + " in a Kafka partition (limit "
                        + limits.lagRows + ", batch " + batch.batch()
                        + "). Raise maxOffsetsPerTrigger, or give it more cores or partitions.");
    }

    private Optional<String> leap(BatchProgress batch) {
        boolean leapt = moves.observe(batch);
        Duration ahead = batch.watermark()
                .map(time -> Duration.between(batch.at(), time))
                .filter(time -> !time.isNegative())
                .orElse(Duration.ZERO);
        if (!(leapt || moves.isAhead(batch)) || isRecent(Warning.LEAP, batch.at())) {
            return Optional.empty();
        }
        return moves.leap()
                .map(move -> "The watermark of query \"" + name + "\" " + move.describe()
                        + (ahead.isZero() ? "" : ", and is " + ahead.toSeconds() + " s ahead of the clock")
                        + ": rows with the right time are late now. Is a producer's clock wrong?"
                        + " withWatermark(..).aheadAtMost(..) keeps such rows from moving it. The checkpoint keeps this"
                        + " watermark.");
    }

    private Optional<String> lateRows(BatchProgress batch) {
        lateRows.inc(batch.lateRows());
        lateRowsUnreported += batch.lateRows();
        if (lateRowsUnreported == 0 || isRecent(Warning.LATE, batch.at())) {
            return Optional.empty();
        }
        long dropped = lateRowsUnreported;
        lateRowsUnreported = 0;
        return Optional.of(
                "Query \"" + name + "\" dropped " + QueryLog.count(dropped, "row") + " older than the watermark "
                        + batch.watermark().map(Instant::toString).orElse("") + " (batch " + batch.batch()
                        + "; counted after partial aggregation, so events may be more). "
                        + moves.leap()
                                .map(move -> "The watermark " + move.describe() + ", perhaps by one row with a wrong"
                                        + " time: see aheadAtMost(..) of withWatermark.")
                                .orElse("A longer delay in withWatermark keeps such rows."));
    }

    private Optional<String> stalledWatermark(BatchProgress batch) {
        if (!batch.watermark().equals(watermark)) {
            watermark = batch.watermark();
            watermarkSince = batch.at();
            rowsSinceWatermark = 0;
        }
        rowsSinceWatermark += batch.inputRows();
        boolean stands = watermark.isPresent() && rowsSinceWatermark > 0;
        Duration time = stands ? Duration.between(watermarkSince, batch.at()) : Duration.ZERO;
        stalledMillis = time.toMillis();
        if (time.compareTo(limits.stalled) < 0 || isRecent(Warning.STALLED, batch.at())) {
            return Optional.empty();
        }
        return Optional.of("The watermark of query \"" + name + "\" has stood at " + watermark.get() + " for "
                + time.toSeconds() + " s, although " + QueryLog.count(rowsSinceWatermark, "row") + " arrived (batch "
                + batch.batch()
                + "): no window closes. Check the event times: are all old, or NULL?");
    }

    private Optional<String> faulty(BatchProgress batch, Warning warning, String verb, String what, String which) {
        List<BatchCounts.Sum> sums =
                batch.faulty().stream().filter(sum -> warning(sum) == warning).toList();
        long rows = unreported.merge(
                warning, sums.stream().mapToLong(BatchCounts.Sum::faulty).sum(), Long::sum);
        if (sums.isEmpty() || isRecent(warning, batch.at())) {
            return Optional.empty();
        }
        unreported.remove(warning);
        BatchCounts.Sum last = sums.get(0);
        return Optional.of("Query \"" + name + "\" " + verb + " " + QueryLog.count(rows, what) + which + " (batch "
                + batch.batch() + ", in " + last.step() + "), such as: " + last.reason());
    }

    private static Warning warning(BatchCounts.Sum sum) {
        return switch (sum.fault()) {
            case MALFORMED -> Warning.MALFORMED;
            case NO_EVENT_TIME -> Warning.NO_EVENT_TIME;
            case AHEAD_OF_CLOCK -> Warning.AHEAD_OF_CLOCK;
        };
    }

    private Counter counter(BatchCounts.Sum sum) {
        return switch (sum.fault()) {
            case MALFORMED -> malformed;
            case NO_EVENT_TIME -> withoutEventTime;
            case AHEAD_OF_CLOCK -> aheadOfClock;
        };
    }

    private boolean isRecent(Warning warning, Instant now) {
        Instant last = lastWarned.get(warning);
        if (last != null && Duration.between(last, now).compareTo(limits.repeat) < 0) {
            return true;
        }
        lastWarned.put(warning, now);
        return false;
    }
}
