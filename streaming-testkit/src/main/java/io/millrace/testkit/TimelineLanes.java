package io.millrace.testkit;

import io.millrace.testkit.EventTimes.Shape;
import io.millrace.testkit.OpenWindows.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Computes the lanes of a drawn timeline: one for each batch, with its rows, windows and watermark. */
final class TimelineLanes {
    /** A given row: its input, its event time, if it has one, and whether it was late. */
    record Event(String input, String text, Optional<Long> at, boolean late) {}

    /**
     * What is drawn of a window or of a session: windows of several keys are drawn as one.
     *
     * @param keys those that it has in the state, as text
     * @param closed whether the batch closes it
     * @param row the lowest row in which no other that overlaps it is drawn, from zero
     */
    record Span(Shape shape, long start, long end, List<String> keys, boolean closed, int row) {
        String name() {
            return shape == Shape.SESSION ? "session" : "window";
        }

        String times() {
            return Times.text(start) + "-" + Times.text(end);
        }

        String allKeys() {
            return String.join("; ", keys);
        }

        /** From long to short, of which the first that fits is drawn inside. */
        List<String> labels() {
            return keys.isEmpty()
                    ? List.of(shortLabel(), times())
                    : List.of(times() + " " + allKeys() + ending(), times() + " " + shortLabel(), shortLabel());
        }

        String shortLabel() {
            if (keys.isEmpty()) {
                return times() + ending();
            }
            return (keys.size() == 1 ? keys.get(0) : keys.size() + " keys") + ending();
        }

        /** In words, since not everybody sees the colors. */
        private String ending() {
            return closed ? ", closed" : "";
        }
    }

    /** One batch, or a step without a batch; {@code first} if it is the first of its step. */
    record Lane(StepRecord step, boolean first, Optional<BatchRecord> batch, List<Event> events, List<Span> spans) {
        boolean isAfterRestart() {
            return first && step.restarted();
        }
    }

    private final List<Lane> lanes = new ArrayList<>();
    private final Optional<EventTimes> times;
    private final Optional<OpenWindows> windows;
    private final IdentityHashMap<BatchRecord, BatchReads.Read> reads = new IdentityHashMap<>();

    /** The batch that read each row the first time. */
    private final Map<Integer, BatchReads.Read> firstReads = new HashMap<>();

    private int number;

    private TimelineLanes(RunRecord run, Optional<EventTimes> times) {
        this.times = times;
        this.windows = times.filter(
                        known -> known.state(SparkStateInternals.Kind.JOIN).isEmpty())
                .map(known -> new OpenWindows(known, run.mode()));
        for (BatchReads.Read read : times.flatMap(EventTimes::reads).orElse(List.of())) {
            reads.put(read.batch(), read);
            read.rows().forEach(row -> firstReads.putIfAbsent(row, read));
        }
    }

    static List<Lane> of(RunRecord run, Optional<EventTimes> times) {
        TimelineLanes all = new TimelineLanes(run, times);
        run.steps().forEach(all::add);
        return all.lanes;
    }

    /** All times that the axis must include; none if there is no event time to draw. */
    static LongStream times(List<Lane> lanes) {
        return lanes.stream()
                .flatMapToLong(lane -> LongStream.concat(
                        LongStream.concat(
                                lane.events().stream()
                                        .flatMap(event -> event.at().stream())
                                        .mapToLong(Long::longValue),
                                lane.spans().stream().flatMapToLong(span -> LongStream.of(span.start(), span.end()))),
                        lane.batch().stream()
                                .flatMapToLong(batch -> LongStream.of(
                                        batch.watermarks().used(),
                                        batch.watermarks().next()))
                                .filter(watermark -> watermark > 0)));
    }

    private void add(StepRecord step) {
        List<Event> events = new ArrayList<>();
        for (StepRecord.Given given : step.given()) {
            given.shown().forEach(row -> {
                String text = Timeline.shown(row, given.input().schema());
                events.add(event(given.input().name(), text, number++));
            });
        }
        if (step.batches().isEmpty()) {
            lanes.add(new Lane(step, true, Optional.empty(), events, waiting()));
        }
        for (BatchRecord batch : step.batches()) {
            boolean first = batch.equals(step.batches().get(0));
            lanes.add(new Lane(step, first, Optional.of(batch), first ? events : List.of(), spans(batch)));
        }
    }

    private Event event(String input, String text, int row) {
        BatchReads.Read read = firstReads.get(row);
        return new Event(
                input,
                text,
                times.flatMap(known -> known.of(row).stream().findFirst()).map(EventTimes.Moment::at),
                read != null && times.filter(known -> known.isLate(row, read)).isPresent());
    }

    private List<Span> waiting() {
        return windows.map(state -> spans(state.waiting(), Set.of())).orElse(List.of());
    }

    private List<Span> spans(BatchRecord batch) {
        BatchReads.Read read = reads.get(batch);
        if (read == null || windows.isEmpty()) {
            return List.of();
        }
        List<Window> during = windows.get().run(read);
        return spans(
                during,
                during.stream()
                        .filter(window -> windows.get().isClosedBy(read, window))
                        .collect(Collectors.toSet()));
    }

    /** Each session, and each window once for all its keys. */
    private static List<Span> spans(List<Window> windows, Set<Window> closed) {
        Map<List<Object>, List<Window>> drawn = windows.stream()
                .filter(window -> window.shape() != Shape.TIME)
                .collect(Collectors.groupingBy(TimelineLanes::drawnAs, LinkedHashMap::new, Collectors.toList()));
        List<Span> spans = new ArrayList<>();
        for (List<Window> same : drawn.values()) {
            Window window = same.get(0);
            spans.add(new Span(
                    window.shape(),
                    window.start(),
                    window.end(),
                    same.stream()
                            .map(each -> each.key().text())
                            .filter(key -> !key.isEmpty())
                            .toList(),
                    closed.contains(window),
                    freeRow(spans, window.start())));
        }
        return spans;
    }

    private static List<Object> drawnAs(Window window) {
        Object key = window.shape() == Shape.SESSION ? window.key() : "";
        return List.of(window.start(), window.end(), key);
    }

    /** The lowest row without a span that ends after {@code start}; {@code spans} are ordered by their ends. */
    private static int freeRow(List<Span> spans, long start) {
        Set<Integer> taken =
                spans.stream().filter(span -> span.end() > start).map(Span::row).collect(Collectors.toSet());
        int row = 0;
        while (taken.contains(row)) {
            row++;
        }
        return row;
    }

    /** The inputs whose rows are drawn by event time, in the order in which they came. */
    static List<String> inputs(List<Lane> lanes) {
        return lanes.stream()
                .flatMap(lane -> lane.events().stream())
                .filter(event -> event.at().isPresent())
                .map(Event::input)
                .distinct()
                .toList();
    }
}
