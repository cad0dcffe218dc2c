package io.millrace.testkit;

import io.millrace.testkit.SparkStateInternals.Kind;
import io.millrace.testkit.SparkStateInternals.Side;
import io.millrace.testkit.SparkTraceInternals.GivenRow;
import io.millrace.testkit.SparkTraceInternals.Result;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The event times of given rows, as the query computes them below its first stateful operator. The query runs once for
 * all rows.
 */
final class EventTimes {
    private static final int NANOS_PER_MILLI = 1_000_000;

    /** Whether Spark merges sessions before it drops late rows, so that a row may be saved by another one. */
    private static final String MERGES_EARLY = "spark.sql.streaming.sessionWindow.merge.sessions.in.local.partition";

    /**
     * An event time or a window of a row, in milliseconds.
     *
     * @param end the watermark that has passed it
     * @param at the event time of the row itself; the window's start if the plan has dropped that column
     * @param delay the delay of the watermark
     * @param key by what the row is grouped besides
     * @param side which input of the operator it reaches: 0, or 1 for the right one of a join
     */
    record Moment(Shape shape, long start, long end, long at, long delay, Key key, int side) {
        boolean isWindow() {
            return shape != Shape.TIME;
        }

        boolean isLate(long watermark) {
            return watermark > 0 && end <= watermark;
        }
    }

    /** What a moment is: sessions of the same key merge. */
    enum Shape {
        TIME,
        WINDOW,
        SESSION
    }

    /** The values by which a row is grouped: whole, and as a message shows them, such as {@code zip = 9000}. */
    record Key(String whole, String text) {}

    private final RunRecord run;
    private final List<GivenRow> rows;
    private final Optional<List<BatchReads.Read>> reads;
    private final Map<Integer, List<Moment>> moments = new HashMap<>();
    private final boolean known;

    /** The event times of all rows of {@code run}, by the version of the query that read them. */
    EventTimes(RunRecord run) {
        this.run = run;
        this.rows = rows(run.steps());
        this.reads = BatchReads.of(run.steps());
        this.known = compute();
    }

    static List<GivenRow> rows(List<StepRecord> steps) {
        return steps.stream()
                .flatMap(step -> step.given().stream())
                .flatMap(given -> given.rows().stream().map(row -> new GivenRow(given.input(), row)))
                .toList();
    }

    List<GivenRow> rows() {
        return rows;
    }

    Row row(int number) {
        return row(rows.get(number));
    }

    static Row row(GivenRow row) {
        return SparkRowInternals.decode(row.input().schema(), List.of(row.row()))
                .get(0);
    }

    /** The row {@code number} as text. */
    String shown(int number) {
        return Timeline.shown(row(number), rows.get(number).input().schema());
    }

    /** What each batch read; empty if that cannot be told. */
    Optional<List<BatchReads.Read>> reads() {
        return reads;
    }

    /** The moments of the row {@code number}; none if it reaches no state by event time. */
    List<Moment> of(int number) {
        return moments.getOrDefault(number, List.of());
    }

    /** Whether the query has state by event time, and the moments of its rows are known. */
    boolean isKnown() {
        return known;
    }

    private boolean compute() {
        Map<Dataset<Row>, Set<Integer>> readBy = readers();
        boolean all = !readBy.isEmpty();
        for (Map.Entry<Dataset<Row>, Set<Integer>> reader : readBy.entrySet()) {
            all &= SparkStateInternals.of(reader.getKey())
                    .filter(state -> compute(state, reader.getKey(), reader.getValue()))
                    .isPresent();
        }
        return all;
    }

    /** The rows that each version of the query read last; a row that none has read yet belongs to that of its step. */
    private Map<Dataset<Row>, Set<Integer>> readers() {
        Map<Integer, StepRecord> steps = new HashMap<>();
        int number = 0;
        for (StepRecord step : run.steps()) {
            for (StepRecord.Given given : step.given()) {
                for (int row = 0; row < given.rows().size(); row++) {
                    steps.put(number++, step);
                }
            }
        }
        reads.ifPresent(all -> all.forEach(read -> read.rows().forEach(row -> steps.put(row, read.step()))));
        Map<Dataset<Row>, Set<Integer>> readers = new HashMap<>();
        steps.forEach((row, step) -> Optional.ofNullable(run.query(step))
                .ifPresent(query -> readers.computeIfAbsent(query, unused -> new HashSet<>())
                        .add(row)));
        return readers;
    }

    private boolean compute(SparkStateInternals state, Dataset<Row> query, Set<Integer> numbers) {
        List<Side> sides = state.sides();
        boolean any = false;
        for (int side = 0; side < sides.size(); side++) {
            if (sides.get(side).hasSessions()
                    && query.sparkSession().conf().get(MERGES_EARLY, "false").equals("true")) {
                return false;
            }
            for (Map.Entry<Long, Set<Integer>> batches : byClock(query, numbers).entrySet()) {
                Optional<List<Result>> results = sides.get(side).run(query.sparkSession(), rows, batches.getKey());
                any |= results.isPresent();
                add(results.orElse(List.of()), batches.getValue(), sides.get(side), side);
            }
        }
        return any;
    }

    /** {@code numbers} by the clock of the batch that read them last, if the query reads the clock. */
    private Map<Long, Set<Integer>> byClock(Dataset<Row> query, Set<Integer> numbers) {
        if (!SparkStateInternals.readsTheClock(query)) {
            return Map.of(0L, numbers);
        }
        Map<Integer, Long> clocks = new HashMap<>();
        reads.ifPresent(all -> all.forEach(
                read -> read.rows().forEach(row -> clocks.put(row, read.batch().clock()))));
        return numbers.stream().collect(Collectors.groupingBy(row -> clocks.getOrDefault(row, 0L), Collectors.toSet()));
    }

    private void add(List<Result> results, Set<Integer> numbers, Side side, int number) {
        for (Result result : results) {
            if (numbers.contains(result.number()) && !result.values().isNullAt(0)) {
                moments.computeIfAbsent(result.number(), unused -> new ArrayList<>())
                        .add(moment(result.values(), side, number));
            }
        }
    }

    private static Moment moment(Row row, Side side, int number) {
        long delay = side.delay().orElse(0L);
        Key key = key(row, side.keyNames());
        if (!(row.get(0) instanceof Row window)) {
            long at = earlier(row.get(0));
            return new Moment(Shape.TIME, at, later(row.get(0)), at, delay, key, number);
        }
        Shape shape = side.hasSessions() ? Shape.SESSION : Shape.WINDOW;
        long start = earlier(window.get(0));
        long at = row.isNullAt(1) ? start : earlier(row.get(1));
        return new Moment(shape, start, later(window.get(1)), at, delay, key, number);
    }

    private static Key key(Row row, List<String> names) {
        StringJoiner text = new StringJoiner(", ");
        List<Object> values = new ArrayList<>();
        for (int column = 0; column < names.size(); column++) {
            values.add(row.get(2 + column));
            text.add(names.get(column) + " = " + RowText.value(row.get(2 + column)));
        }
        return new Key(RowText.lines(List.of(RowFactory.create(values.toArray())), true), text.toString());
    }

    private static long earlier(Object time) {
        return instant(time).toEpochMilli();
    }

    /** Spark compares microseconds: a watermark has passed a part of a millisecond only with the next one. */
    private static long later(Object time) {
        return instant(time).plusNanos(NANOS_PER_MILLI - 1L).toEpochMilli();
    }

    private static Instant instant(Object time) {
        if (time instanceof LocalDateTime local) {
            return local.toInstant(ZoneOffset.UTC);
        }
        return time instanceof Instant instant ? instant : ((java.sql.Timestamp) time).toInstant();
    }

    /** Whether {@code read} dropped the row {@code number}, since the watermark had passed all its moments. */
    boolean isLate(int number, BatchReads.Read read) {
        return dropsLate(read) && !of(number).isEmpty() && of(number).stream().allMatch(moment -> isLate(moment, read));
    }

    static boolean isLate(Moment moment, BatchReads.Read read) {
        return dropsLate(read) && moment.isLate(read.batch().watermarks().previous());
    }

    /** Where Spark counts no late row, the query keeps those that it could drop, as in complete mode. */
    private static boolean dropsLate(BatchReads.Read read) {
        return read.batch().lateGroups() > 0;
    }

    /** The numbers of the rows given to {@code step} that its batches dropped; empty if that cannot be told. */
    Optional<List<Integer>> late(StepRecord step) {
        if (!known || reads.isEmpty()) {
            return Optional.empty();
        }
        List<BatchReads.Read> read = readsOf(step);
        boolean counted = step.batches().stream().anyMatch(batch -> batch.lateGroups() > 0);
        // What Spark counts without one of these moments is of another operator.
        if (counted && read.stream().noneMatch(this::dropsAnything)) {
            return Optional.empty();
        }
        Set<Integer> given = given(step);
        return Optional.of(read.stream()
                .flatMap(batch -> batch.rows().stream().filter(row -> given.contains(row) && isLate(row, batch)))
                .distinct()
                .sorted()
                .toList());
    }

    private boolean dropsAnything(BatchReads.Read read) {
        return read.rows().stream().flatMap(row -> of(row).stream()).anyMatch(moment -> isLate(moment, read));
    }

    private Set<Integer> given(StepRecord step) {
        List<StepRecord> before =
                run.steps().stream().takeWhile(earlier -> !earlier.is(step)).toList();
        int first = rows(before).size();
        return IntStream.range(first, first + rows(List.of(step)).size())
                .boxed()
                .collect(Collectors.toSet());
    }

    List<BatchReads.Read> readsOf(StepRecord step) {
        return reads.orElse(List.of()).stream()
                .filter(read -> read.step().is(step))
                .toList();
    }

    /** Whether the current query is of this kind, and so was each version of it before. */
    Optional<SparkStateInternals> state(Kind kind) {
        List<Optional<SparkStateInternals>> states = run.steps().stream()
                .map(run::query)
                .distinct()
                .map(query -> query == null ? Optional.<SparkStateInternals>empty() : SparkStateInternals.of(query))
                .toList();
        boolean all = !states.isEmpty()
                && states.stream()
                        .allMatch(state -> state.isPresent() && state.get().kind() == kind);
        return all ? states.get(states.size() - 1) : Optional.empty();
    }
}
