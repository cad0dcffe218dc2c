package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window_time;

import io.millrace.core.internal.Arguments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Aggregates rows in windows of event time. In: a timestamp, and the columns to group by. Out, flat and nothing else:
 * {@code window_start}, {@code window_end}, the columns grouped by, the aggregates; by default {@code count}. Rows
 * whose time is NULL are dropped and, on a stream, counted for {@link Health}. Append mode needs a watermark on the
 * time column in an earlier step. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Transforms.windowedCount("hittime", Duration.ofMinutes(10))
 *         .every(Duration.ofMinutes(5))
 *         .startingAt(Duration.ofMinutes(2))
 *         .by("zip")
 * }</pre>
 */
public final class WindowedAggregation extends Step {
    private final EventWindow window;
    private final Grouping grouping;
    private final boolean windowTime;

    WindowedAggregation(EventWindow window, Grouping grouping, boolean windowTime) {
        this.window = window;
        this.grouping = grouping;
        this.windowTime = windowTime;
    }

    /**
     * A new window starts every {@code slide}, at most the length of a window. Default the length: they do not overlap.
     *
     * @throws IllegalStateException for windows of a calendar
     */
    public WindowedAggregation every(Duration slide) {
        return new WindowedAggregation(window.every(slide), grouping, windowTime);
    }

    /**
     * Windows start this long after 1970-01-01T00:00:00Z; must be shorter than from one start to the next. Default
     * zero.
     *
     * @throws IllegalStateException for windows of a calendar
     */
    public WindowedAggregation startingAt(Duration offset) {
        return new WindowedAggregation(window.startingAt(offset), grouping, windowTime);
    }

    /**
     * A group for each combination of these columns, in place of any named before. Default one group for each window.
     */
    public WindowedAggregation by(String... columns) {
        return new WindowedAggregation(
                window,
                grouping.by(ColumnReference.named(Arguments.allRequired("by", "columns", columns))),
                windowTime);
    }

    /** As {@link #by(String...)}. */
    public WindowedAggregation by(List<String> columns) {
        return new WindowedAggregation(
                window,
                grouping.by(ColumnReference.named(Arguments.allRequired("by", "columns", columns))),
                windowTime);
    }

    /**
     * As {@link #by(String...)}, with expressions such as {@code to_date(col("at")).as("day")}: the alias is the name
     * of the column, else the name that Spark gives it.
     */
    public WindowedAggregation by(Column first, Column... more) {
        return new WindowedAggregation(
                window,
                grouping.by(ColumnReference.of(Arguments.allRequired("by", "columns", first, more))),
                windowTime);
    }

    /** What to compute for each group, such as {@code sum("price").as("total")}, in place of the count. */
    public WindowedAggregation aggregate(Column first, Column... more) {
        return aggregate(Arguments.allRequired("aggregate", "aggregates", first, more));
    }

    /** As {@link #aggregate(Column, Column...)}. */
    public WindowedAggregation aggregate(List<Column> aggregates) {
        return new WindowedAggregation(
                window, grouping.aggregating(Arguments.allRequired("aggregate", "aggregates", aggregates)), windowTime);
    }

    /** Adds {@code window_time} after the end: a time inside the window that has the watermark, for another window. */
    public WindowedAggregation withWindowTime() {
        return new WindowedAggregation(window, grouping, true);
    }

    @Override
    public String describe() {
        return "windowed(" + window.describe() + (windowTime ? ".withWindowTime()" : "") + grouping.describe();
    }

    @Override
    Object key() {
        return List.of(window, grouping.key(), windowTime);
    }

    @Override
    List<ColumnNeed> needs() {
        return grouping.needs(window.need());
    }

    @Override
    List<Problem> clashes(Dataset<Row> rows) {
        List<String> own = new ArrayList<>(List.of("window", "window_start", "window_end"));
        if (windowTime) {
            own.add("window_time");
        }
        return grouping.clashes(rows, own);
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        WindowColumn windows =
                window.in(Grouping.countingTimes(rows, window.timeColumn(), "windowed(" + window.timeColumn() + ")"));
        String name = windows.name();
        Stream<Column> edges = Stream.of(
                col(name + ".start").as("window_start"), col(name + ".end").as("window_end"));
        Stream<Column> time = windowTime ? Stream.of(window_time(col(name)).as("window_time")) : Stream.of();
        return grouping.flat(windows.rows(), windows.column(), Stream.concat(edges, time));
    }
}
