package io.millrace.core;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Counts rows in windows of event time. In: a timestamp, and the columns to group by. Out, flat: {@code window_start},
 * {@code window_end}, the columns grouped by, {@code count}, and nothing else. Append mode needs a watermark on the time
 * column in a step before. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Transforms.windowedCount("hittime", Duration.ofMinutes(10))
 *         .every(Duration.ofMinutes(5))
 *         .startingAt(Duration.ofMinutes(2))
 *         .by("zip")
 * }</pre>
 */
public final class WindowedCount extends Step {
    private final TimeWindow window;
    private final List<String> groups;

    WindowedCount(TimeWindow window, List<String> groups) {
        this.window = window;
        this.groups = List.copyOf(groups);
    }

    /** A new window starts every {@code slide}, at most the length of a window. Default the length: they do not overlap. */
    public WindowedCount every(Duration slide) {
        return new WindowedCount(window.every(slide), groups);
    }

    /** Windows start so much behind the full hour of UTC, shorter than from one start to the next. Default zero. */
    public WindowedCount startingAt(Duration offset) {
        return new WindowedCount(window.startingAt(offset), groups);
    }

    /** One count for each combination of these columns, in place of any named before. Default one count per window. */
    public WindowedCount by(String... columns) {
        return new WindowedCount(window, List.of(columns));
    }

    @Override
    public String describe() {
        return "windowedCount(" + window.describe()
                + (groups.isEmpty() ? "" : ".by(" + String.join(", ", groups) + ")");
    }

    @Override
    List<ColumnNeed> needs() {
        List<ColumnNeed> needs = new ArrayList<>();
        needs.add(ColumnNeed.time("windowedCount", window.timeColumn()));
        groups.forEach(group -> needs.add(ColumnNeed.any("by", group)));
        return needs;
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        Column[] keys = Stream.concat(
                        Stream.of(window.column()), groups.stream().map(functions::col))
                .toArray(Column[]::new);
        Column[] flat = Stream.of(
                        Stream.of(
                                col("window.start").as("window_start"),
                                col("window.end").as("window_end")),
                        groups.stream().map(functions::col),
                        Stream.of(col("count")))
                .flatMap(columns -> columns)
                .toArray(Column[]::new);
        return rows.groupBy(keys).count().select(flat);
    }
}
