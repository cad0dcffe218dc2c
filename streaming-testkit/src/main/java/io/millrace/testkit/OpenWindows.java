package io.millrace.testkit;

import io.millrace.testkit.EventTimes.Moment;
import io.millrace.testkit.EventTimes.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.streaming.OutputMode;

/** The windows and sessions in the state of a query after each batch: sessions of the same key are merged. */
final class OpenWindows {
    private static final Comparator<Window> IN_ORDER = Comparator.comparingLong(Window::end)
            .thenComparingLong(Window::start)
            .thenComparing(window -> window.key().text());

    /**
     * A window, session or event time in the state.
     *
     * @param end the watermark that removes it
     * @param delay the delay of the watermark
     */
    record Window(Shape shape, long start, long end, long delay, EventTimes.Key key) {
        private static Window of(Moment moment) {
            return new Window(moment.shape(), moment.start(), moment.end(), moment.delay(), moment.key());
        }

        String span() {
            return Times.text(start) + "-" + Times.text(end);
        }

        String describe() {
            return switch (shape) {
                case TIME -> "event time " + Times.text(start);
                case WINDOW -> "window " + span();
                case SESSION -> "session " + span() + (key.text().isEmpty() ? "" : " of " + key.text());
            };
        }

        private boolean meets(Window other) {
            // Spark merges sessions that touch as well.
            return key.equals(other.key) && start <= other.end && other.start <= end;
        }

        private Window mergedWith(Window other) {
            return new Window(shape, Math.min(start, other.start), Math.max(end, other.end), delay, key);
        }
    }

    private final EventTimes times;
    private final boolean removes;
    private final Set<Window> open = new LinkedHashSet<>();
    private final Map<Long, List<Window>> before = new HashMap<>();

    /** The state of a query that has not run yet. */
    OpenWindows(EventTimes times, OutputMode mode) {
        this.times = times;
        this.removes = !mode.equals(OutputMode.Complete());
    }

    /** The windows in the state during the next batch, in the order of their ends. */
    List<Window> run(BatchReads.Read read) {
        long batch = read.batch().id();
        if (before.containsKey(batch)) {
            open.clear();
            open.addAll(before.get(batch));
        }
        before.put(batch, List.copyOf(open));
        read.rows().stream()
                .flatMap(row -> times.of(row).stream())
                .filter(moment -> !EventTimes.isLate(moment, read))
                .forEach(moment -> add(Window.of(moment)));
        List<Window> during = open.stream().sorted(IN_ORDER).toList();
        open.removeIf(window -> isClosedBy(read, window));
        return during;
    }

    boolean isClosedBy(BatchReads.Read read, Window window) {
        long used = read.batch().watermarks().used();
        return removes && used > 0 && window.end() <= used;
    }

    /** The windows that are in the state after the last batch. */
    List<Window> waiting() {
        return open.stream().sorted(IN_ORDER).toList();
    }

    private void add(Window window) {
        Window merged = window;
        if (window.shape() == Shape.SESSION) {
            List<Window> met =
                    new ArrayList<>(open.stream().filter(window::meets).toList());
            for (Window other : met) {
                merged = merged.mergedWith(other);
            }
            met.forEach(open::remove);
        }
        open.add(merged);
    }
}
