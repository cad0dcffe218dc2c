package io.millrace.core;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.SparkInterval;
import java.time.Duration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Windows of event time.
 *
 * @param timeColumn the event time
 * @param length how long a window is
 * @param slide from the start of one window to the start of the next; the length if windows do not overlap
 * @param offset how long after 1970-01-01T00:00:00Z the first window starts
 */
record TimeWindow(String timeColumn, Duration length, Duration slide, Duration offset) implements EventWindow {
    TimeWindow {
        SparkInterval.positive("windowed", length);
        SparkInterval.positive("every", slide);
        SparkInterval.exact("startingAt", offset);
        if (slide.compareTo(length) > 0) {
            throw new IllegalArgumentException("every(" + slide + "): longer than the window of " + length
                    + ", so that some rows would fall into no window. Shorten it, or lengthen the window.");
        }
        if (offset.abs().compareTo(slide) >= 0) {
            throw new IllegalArgumentException("startingAt(" + offset + "): must be shorter than the " + slide
                    + " between two windows. An offset of whole windows changes nothing: use the remainder.");
        }
    }

    static TimeWindow tumbling(String timeColumn, Duration length) {
        return new TimeWindow(timeColumn, length, length, Duration.ZERO);
    }

    @Override
    public TimeWindow every(Duration slide) {
        return new TimeWindow(timeColumn, length, slide, offset);
    }

    @Override
    public TimeWindow startingAt(Duration offset) {
        return new TimeWindow(timeColumn, length, slide, offset);
    }

    @Override
    public ColumnNeed need() {
        return ColumnNeed.time("windowed", timeColumn);
    }

    @Override
    public WindowColumn in(Dataset<Row> rows) {
        Column window = functions.window(
                Columns.at(rows, timeColumn),
                SparkInterval.of(length),
                SparkInterval.of(slide),
                SparkInterval.of(offset));
        return new WindowColumn(rows, window, "window");
    }

    /** {@code "hittime", PT10M).every(PT5M).startingAt(PT2M}, without the defaults. */
    @Override
    public String describe() {
        return timeColumn + ", " + length + ")" + (slide.equals(length) ? "" : ".every(" + slide + ")")
                + (offset.isZero() ? "" : ".startingAt(" + offset + ")");
    }
}
