package io.millrace.testkit;

import io.millrace.core.internal.BatchCounts;
import io.millrace.core.internal.QueryLog;
import io.millrace.testkit.SparkStateInternals.Kind;
import io.millrace.testkit.SparkTraceInternals.GivenRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.jspecify.annotations.Nullable;

/**
 * Explains why a batch emitted less than expected: windows, rows and timeouts that wait, rows that were late. It says
 * nothing of a plan that it does not understand, and never fails itself.
 */
final class Explanation {
    private static final int MAX_SHOWN = 5;
    private static final int MAX_ROWS_TO_EXPLAIN = 20_000;

    private final RunRecord run;
    private final @Nullable StateReader state;

    Explanation(RunRecord run, @Nullable StateReader state) {
        this.run = run;
        this.state = state;
    }

    List<String> ofMissingRows(StepRecord step, boolean nothing) {
        List<String> reasons = new ArrayList<>();
        if (nothing && step.batches().isEmpty()) {
            reasons.add("No batch ran: nothing new was given, and no batch without data was due.");
        }
        Optional<EventTimes> times = times();
        times.ifPresent(known -> {
            reasons.addAll(guarded(() -> waiting(step, known), List.of()));
            reasons.addAll(guarded(() -> late(step, known), List.of()));
        });
        List<Row> withoutTime = withoutTime(step);
        if (!withoutTime.isEmpty()) {
            reasons.add(ofRowsWithoutTime(withoutTime));
        }
        if (rowsAhead(step) > 0) {
            reasons.add(ofRowsAhead(step));
        }
        reasons.addAll(guarded(this::timeouts, List.of()));
        return reasons;
    }

    String ofLateRows(StepRecord step, Optional<List<Row>> late) {
        return late.filter(rows -> !rows.isEmpty())
                .map(rows -> "\n" + describeLate(step, rows))
                .orElseGet(() -> "\n" + String.join("\n", ofWatermark(step)));
    }

    private static List<String> ofWatermark(StepRecord step) {
        return step.batches().stream()
                .filter(BatchRecord::data)
                .map(batch -> batch.watermarks().previous() == 0
                        ? "Batch " + batch.id() + " drops no row as late: there was no watermark before it."
                        : "Batch " + batch.id() + " drops rows and windows that ended by "
                                + Timeline.watermark(batch.watermarks().previous())
                                + ", the watermark of the previous batch.")
                .toList();
    }

    /** The event times of all rows; empty in a run of a writer, and if there are too many rows. */
    Optional<EventTimes> times() {
        return run.query() == null || EventTimes.rows(run.steps()).size() > MAX_ROWS_TO_EXPLAIN
                ? Optional.empty()
                : guarded(() -> Optional.of(new EventTimes(run)), Optional.empty());
    }

    /** The rows of {@code step} that were late; empty if the plan is not supported. */
    Optional<List<Row>> late(StepRecord step) {
        return times().flatMap(times -> guarded(
                () -> times.late(step).map(late -> late.stream().map(times::row).toList()), Optional.empty()));
    }

    /** The rows of {@code step} that a window dropped because they have no event time. */
    List<Row> withoutTime(StepRecord step) {
        return withoutTime(List.of(step)).getOrDefault(step, List.of());
    }

    /** Those of each of {@code steps}; each version of the query runs once. */
    IdentityHashMap<StepRecord, List<Row>> withoutTime(List<StepRecord> steps) {
        Map<Dataset<Row>, List<StepRecord>> versions = new LinkedHashMap<>();
        for (StepRecord step : steps) {
            Dataset<Row> query = run.query(step);
            if (query != null) {
                versions.computeIfAbsent(query, unused -> new ArrayList<>()).add(step);
            }
        }
        IdentityHashMap<StepRecord, List<Row>> rows = new IdentityHashMap<>();
        versions.forEach((query, ran) -> guarded(
                () -> {
                    addWithoutTime(query, ran, rows);
                    return true;
                },
                false));
        return rows;
    }

    private static void addWithoutTime(
            Dataset<Row> query, List<StepRecord> steps, IdentityHashMap<StepRecord, List<Row>> withoutTime) {
        List<GivenRow> rows = EventTimes.rows(steps);
        if (rows.isEmpty() || rows.size() > MAX_ROWS_TO_EXPLAIN) {
            return;
        }
        Set<Integer> numbers = SparkPlanInternals.withoutTime(query, rows);
        int number = 0;
        for (StepRecord step : steps) {
            List<Row> ofStep = new ArrayList<>();
            for (GivenRow row : EventTimes.rows(List.of(step))) {
                if (numbers.contains(number++)) {
                    ofStep.add(EventTimes.row(row));
                }
            }
            withoutTime.put(step, ofStep);
        }
    }

    static String ofRowsWithoutTime(List<Row> rows) {
        StringBuilder text = new StringBuilder();
        text.append(rows.size() == 1 ? "1 row has" : rows.size() + " rows have").append(" no event time:");
        rows.stream()
                .limit(MAX_SHOWN)
                .forEach(row -> text.append("\n  no time  ").append(Timeline.shown(row, row.schema())));
        return text.toString();
    }

    /** The number of rows of {@code step} that were ahead of the clock. */
    static long rowsAhead(StepRecord step) {
        return step.batches().stream()
                .flatMap(batch -> batch.statistics().ahead().stream())
                .mapToLong(BatchCounts.Sum::faulty)
                .sum();
    }

    static String ofRowsAhead(StepRecord step) {
        List<String> batches = new ArrayList<>();
        step.batches()
                .forEach(batch -> batch.statistics()
                        .ahead()
                        .forEach(sum -> batches.add(QueryLog.count(sum.faulty(), "row")
                                + (sum.faulty() == 1 ? " was" : " were")
                                + " ahead of the clock in " + sum.step() + ": " + sum.reason() + ". Batch " + batch.id()
                                + " started at " + Times.text(batch.clock()) + "; move the clock with clock(..).")));
        return String.join("\n", batches);
    }

    /** Whether the query depends on the processing time. */
    boolean showsTheClock() {
        Dataset<Row> query = run.query();
        return query != null && guarded(() -> SparkStateInternals.readsTheClock(query), false);
    }

    /** What the run is worth a note for, whether or not an expectation fails. */
    List<String> notes() {
        Dataset<Row> query = run.query();
        return query == null ? List.of() : guarded(() -> notes(query), List.of());
    }

    private static List<String> notes(Dataset<Row> query) {
        return SparkStateInternals.of(query)
                .flatMap(state -> state.timeThatIsNoKey()
                        .map(time -> "the state of dropDuplicates(" + String.join(", ", state.keyNames())
                                + ") never shrinks: the event time, " + time + ", is not among the keys. Use"
                                + " dropDuplicatesWithinWatermark(" + String.join(", ", state.keyNames())
                                + "), or add the column."))
                .map(List::of)
                .orElse(List.of());
    }

    private List<String> late(StepRecord step, EventTimes times) {
        return times.late(step)
                .filter(rows -> !rows.isEmpty())
                .map(rows ->
                        List.of(describeLate(step, rows.stream().map(times::row).toList())))
                .orElse(List.of());
    }

    private String describeLate(StepRecord step, List<Row> rows) {
        StringBuilder text = new StringBuilder();
        text.append(rows.size() == 1 ? "1 row was late" : rows.size() + " rows were late");
        long counted =
                step.batches().stream().mapToLong(BatchRecord::lateGroups).sum();
        if (counted != rows.size()) {
            text.append(" (Spark counts ").append(counted).append(whyCounted()).append(')');
        }
        step.firstWithData()
                .ifPresent(batch -> text.append(": the watermark was ")
                        .append(Timeline.watermark(batch.watermarks().previous())));
        rows.stream()
                .limit(MAX_SHOWN)
                .forEach(row -> text.append("\n  late  ").append(Timeline.shown(row, row.schema())));
        return text.toString();
    }

    private String whyCounted() {
        Dataset<Row> query = run.query();
        boolean aggregates = query != null
                && guarded(
                        () -> SparkStateInternals.of(query)
                                .filter(state -> state.kind() == Kind.AGGREGATION)
                                .isPresent(),
                        false);
        return aggregates ? ", after its partial aggregation" : "";
    }

    private List<String> waiting(StepRecord step, EventTimes times) {
        Dataset<Row> query = run.query();
        if (query == null) {
            return List.of();
        }
        List<String> waiting = new ArrayList<>();
        if (run.mode().equals(OutputMode.Append())) {
            waiting.addAll(windows(query, times));
            waiting.addAll(JoinExplanation.of(run, query, times).stream()
                    .limit(MAX_SHOWN)
                    .toList());
        }
        waiting.addAll(
                DuplicateExplanation.of(step, times).stream().limit(MAX_SHOWN).toList());
        return waiting;
    }

    /** The windows, sessions and event times that an aggregation holds back until the watermark passes them. */
    private List<String> windows(Dataset<Row> query, EventTimes times) {
        List<BatchReads.Read> reads = BatchReads.lasting(times.reads().orElse(List.of()));
        if (times.state(Kind.AGGREGATION).isEmpty() || reads.isEmpty()) {
            return List.of();
        }
        OpenWindows windows = new OpenWindows(times, run.mode());
        reads.forEach(windows::run);
        BatchRecord last = reads.get(reads.size() - 1).batch();
        WatermarkAdvice advice = new WatermarkAdvice(run, query, last);
        return windows.waiting().stream()
                .filter(window -> window.end() > last.watermarks().next())
                .map(window -> window.describe() + " waits: " + advice.toReach(window.end(), window.delay()))
                .distinct()
                .limit(MAX_SHOWN)
                .toList();
    }

    /** What moves the timeouts and timers of the query. */
    private List<String> timeouts() {
        Dataset<Row> query = run.query();
        Optional<BatchRecord> last =
                run.steps().stream().flatMap(step -> step.batches().stream()).reduce((earlier, later) -> later);
        if (query == null || last.isEmpty()) {
            return List.of();
        }
        List<String> timeouts = new ArrayList<>();
        if (SparkStateInternals.hasClockTimeouts(query)) {
            timeouts.add("Timeouts and timers of processing time fire when the clock passes them: it was at "
                    + Times.text(last.get().clock()) + "; move it with clock(..)." + timers(query));
        }
        if (SparkStateInternals.hasEventTimeouts(query)) {
            timeouts.add("Timeouts and timers of event time fire when the watermark passes them: "
                    + new WatermarkAdvice(run, query, last.get()).position() + "; send a later event." + timers(query));
        }
        return timeouts;
    }

    /** The first of them, where Spark can read them. */
    private String timers(Dataset<Row> query) {
        StateReader reader = state;
        if (reader == null || !SparkStateInternals.hasOneOperator(query)) {
            return "";
        }
        return guarded(reader::timers, List.<StateReader.Timer>of()).stream()
                .sorted(Comparator.comparing(StateReader.Timer::at))
                .limit(MAX_SHOWN)
                .map(timer -> "\n  waits  " + timer.key() + " for " + Times.text(timer.at()))
                .collect(Collectors.joining());
    }

    /** What {@code explain} returns; {@code otherwise} if it fails, since the failure of the test matters more. */
    private static <T> T guarded(Supplier<T> explain, T otherwise) {
        try {
            return explain.get();
        } catch (Exception | LinkageError e) {
            return otherwise;
        }
    }
}
