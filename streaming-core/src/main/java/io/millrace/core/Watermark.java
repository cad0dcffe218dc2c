package io.millrace.core;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.SparkInterval;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Sets the watermark: the greatest time seen in any partition less a delay. Without {@link #aheadAtMost} one row with a
 * wrong time in the future makes all others late, also after a restart. Immutable.
 *
 * <pre>{@code Transforms.withWatermark("hittime", Duration.ofMinutes(10)).aheadAtMost(Duration.ofMinutes(5))}</pre>
 */
public final class Watermark extends Step {
    private final String column;
    private final Duration delay;

    Watermark(String column, Duration delay) {
        this.column = Arguments.required("withWatermark", "column", column);
        this.delay = SparkInterval.notNegative("withWatermark", delay);
    }

    /**
     * A row whose time is later than the start of its batch by more than {@code limit} does not move the watermark; it
     * is dropped and counted, unless {@link BoundedWatermark#keep} follows. A rerun of a batch has the same start. A
     * row without a time passes.
     */
    public BoundedWatermark aheadAtMost(Duration limit) {
        return bounded(limit, Optional.empty());
    }

    /**
     * As {@link #aheadAtMost(Duration)}, compared with another time of the row in place of the start of the batch, such
     * as Kafka's {@code timestamp}, which brokers set if the topic says so. It also finds the row in a backlog, and
     * every query finds the same rows. A row without that time counts as ahead.
     *
     * @param clock the column of that time, a timestamp
     */
    public BoundedWatermark aheadAtMost(Duration limit, String clock) {
        return bounded(limit, Optional.of(Arguments.required("aheadAtMost", "clock", clock)));
    }

    private BoundedWatermark bounded(Duration limit, Optional<String> clock) {
        return new BoundedWatermark(
                this, new EventClock(column, SparkInterval.notNegative("aheadAtMost", limit), clock), false);
    }

    @Override
    public String describe() {
        return "withWatermark(" + column + ", " + delay + ")";
    }

    @Override
    Object key() {
        return List.of(column, delay);
    }

    @Override
    List<ColumnNeed> needs() {
        return List.of(ColumnNeed.timeWithZone("withWatermark", column));
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        return on(rows, column);
    }

    /** With the watermark of {@code times}, a column or the one of this step. */
    Dataset<Row> on(Dataset<Row> rows, String times) {
        return rows.withWatermark(times, SparkInterval.of(delay));
    }
}
