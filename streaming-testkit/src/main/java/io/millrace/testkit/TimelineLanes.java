package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Computes the lanes of a drawn timeline: one for each batch, with its rows, windows and watermark. */
final class TimelineLanes {
    /** A given row: its event time, if it has one, and whether it was late. */
    record Event(String text, Optional<Long> at, boolean late) {}

    /**
     * A window in the state of a batch, which is open or is closed by the batch.
     *
     * @param row the lowest row in which no window that overlaps it is drawn, from zero
     */
    record Window(long start, long end, boolean closed, int row) {}

    /** One batch, or a step without a batch; {@code first} if it is the first of its step. */
    record Lane(
            StepRecord step, boolean first, Optional<BatchRecord> batch, List<Event> events, List<Window> windows) {}

    private final List<Lane> lanes = new ArrayList<>();
    private final TreeSet<EventTimes.Moment> open = new TreeSet<>();

    static List<Lane> of(List<StepRecord> steps, Optional<EventTimes> times) {
        TimelineLanes all = new TimelineLanes();
        steps.forEach(step -> all.add(step, times));
        return all.lanes;
    }

    /** All times that the axis must include. */
    static LongStream times(List<Lane> lanes) {
        return lanes.stream()
                .flatMapToLong(lane -> LongStream.concat(
                        LongStream.concat(
                                lane.events().stream()
                                        .flatMap(event -> event.at().stream())
                                        .mapToLong(Long::longValue),
                                lane.windows().stream().flatMapToLong(w -> LongStream.of(w.start(), w.end()))),
                        lane.batch().stream()
                                .flatMapToLong(batch -> LongStream.of(
                                        batch.watermarks().used(),
                                        batch.watermarks().next()))
                                .filter(watermark -> watermark > 0)));
    }

    private void add(StepRecord step, Optional<EventTimes> times) {
        List<Event> events = new ArrayList<>();
        for (StepRecord.Given given : step.given()) {
            Optional<List<List<EventTimes.Moment>>> moments = times.flatMap(known -> known.of(given));
            for (int row = 0; row < given.rows().size(); row++) {
                int index = row;
                List<EventTimes.Moment> ofRow =
                        moments.map(all -> all.get(index)).orElse(List.of());
                boolean late = EventTimes.isLate(ofRow, step);
                events.add(new Event(
                        Timeline.shown(given.shown().get(row), given.input().schema()),
                        ofRow.stream().map(EventTimes.Moment::at).findFirst(),
                        late));
                ofRow.stream().filter(moment -> moment.isWindow() && !late).forEach(open::add);
            }
        }
        if (step.batches().isEmpty()) {
            lanes.add(new Lane(step, true, Optional.empty(), events, windows(0)));
        }
        for (BatchRecord batch : step.batches()) {
            boolean first = batch.equals(step.batches().get(0));
            lanes.add(new Lane(
                    step,
                    first,
                    Optional.of(batch),
                    first ? events : List.of(),
                    windows(batch.watermarks().used())));
        }
    }

    private List<Window> windows(long watermark) {
        List<Window> windows = new ArrayList<>();
        for (EventTimes.Moment moment : open) {
            windows.add(new Window(
                    moment.start(), moment.end(), moment.isLate(watermark), freeRow(windows, moment.start())));
        }
        open.removeIf(moment -> moment.isLate(watermark));
        return windows;
    }

    /** The lowest row without a window that ends after {@code start}; {@code windows} are ordered by their ends. */
    private static int freeRow(List<Window> windows, long start) {
        Set<Integer> taken = windows.stream()
                .filter(window -> window.end() > start)
                .map(Window::row)
                .collect(Collectors.toSet());
        int row = 0;
        while (taken.contains(row)) {
            row++;
        }
        return row;
    }
}
