package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;

/** Explains why a batch emitted less than expected: windows that wait, rows that were late. */
final class Explanation {
    private static final int MAX_SHOWN = 5;
    private static final int MAX_ROWS_TO_EXPLAIN = 200;

    private final RunRecord run;

    Explanation(RunRecord run) {
        this.run = run;
    }

    List<String> ofMissingRows(StepRecord step, boolean nothing) {
        List<String> reasons = new ArrayList<>();
        if (run.mode().equals(OutputMode.Append())) {
            reasons.addAll(waiting(step));
        }
        late(step).filter(rows -> !rows.isEmpty()).ifPresent(rows -> reasons.add(describeLate(step, rows)));
        List<Row> withoutTime = withoutTime(step);
        if (!withoutTime.isEmpty()) {
            reasons.add(ofRowsWithoutTime(withoutTime));
        }
        if (reasons.isEmpty() && nothing && step.batches().isEmpty()) {
            reasons.add("No batch ran: nothing new was given, and no batch without data was due.");
        }
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

    /** The rows of {@code step} that were late; empty if the plan is not supported. */
    Optional<List<Row>> late(StepRecord step) {
        Dataset<Row> query = run.query();
        return query == null || hasTooManyRows(List.of(step)) ? Optional.empty() : new EventTimes(query).late(step);
    }

    /** The rows of {@code step} that a window dropped because they have no event time. */
    List<Row> withoutTime(StepRecord step) {
        Dataset<Row> query = run.query();
        return query == null || hasTooManyRows(List.of(step)) ? List.of() : new EventTimes(query).withoutTime(step);
    }

    static String ofRowsWithoutTime(List<Row> rows) {
        StringBuilder text = new StringBuilder();
        text.append(rows.size() == 1 ? "1 row has" : rows.size() + " rows have").append(" no event time:");
        rows.stream()
                .limit(MAX_SHOWN)
                .forEach(row -> text.append("\n  no time  ").append(Timeline.shown(row, row.schema())));
        return text.toString();
    }

    private static String describeLate(StepRecord step, List<Row> rows) {
        StringBuilder text = new StringBuilder();
        text.append(rows.size() == 1 ? "1 row was late" : rows.size() + " rows were late");
        step.firstWithData()
                .ifPresent(batch -> text.append(": the watermark was ")
                        .append(Timeline.watermark(batch.watermarks().previous())));
        rows.stream()
                .limit(MAX_SHOWN)
                .forEach(row -> text.append("\n  late  ").append(Timeline.shown(row, row.schema())));
        return text.toString();
    }

    private List<String> waiting(StepRecord step) {
        Dataset<Row> query = run.query();
        if (query == null || step.batches().isEmpty() || hasTooManyRows(run.steps())) {
            return List.of();
        }
        long watermark =
                step.batches().get(step.batches().size() - 1).watermarks().next();
        return new EventTimes(query)
                .waiting(run.steps(), watermark).stream()
                        .limit(MAX_SHOWN)
                        .map(moment -> moment.text() + " waits: "
                                + (watermark == 0
                                        ? "there is no watermark yet"
                                        : "the watermark is " + Times.text(watermark))
                                + "; send an event at " + Times.text(moment.end() + moment.delay()) + " or later.")
                        .toList();
    }

    private static boolean hasTooManyRows(List<StepRecord> steps) {
        return steps.stream()
                        .flatMap(step -> step.given().stream())
                        .mapToInt(given -> given.rows().size())
                        .sum()
                > MAX_ROWS_TO_EXPLAIN;
    }
}
