package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The event times of given rows, as the query computes them below its first stateful operator. */
final class EventTimes {
    /** The metadata by which Spark marks a column with a watermark; its value is the delay in milliseconds. */
    private static final String DELAY = "spark.watermarkDelayMs";

    /**
     * An event time or a window, in milliseconds. The start and end of an event time are the same.
     *
     * @param at the event time of the row itself; the window's start if the plan has dropped that column
     * @param delay the delay of the watermark
     */
    record Moment(long start, long end, long at, long delay) implements Comparable<Moment> {
        boolean isWindow() {
            return end > start;
        }

        boolean isLate(long watermark) {
            return watermark > 0 && end <= watermark;
        }

        String text() {
            return isWindow()
                    ? "window " + Times.text(start) + "-" + Times.text(end)
                    : "event time " + Times.text(start);
        }

        @Override
        public int compareTo(Moment other) {
            return end != other.end ? Long.compare(end, other.end) : Long.compare(start, other.start);
        }
    }

    private final Dataset<Row> query;

    EventTimes(Dataset<Row> query) {
        this.query = query;
    }

    /** The moments of each row; empty if the query has no state by event time, or its plan is not supported. */
    Optional<List<List<Moment>>> of(StepRecord.Given given) {
        StructType columns = SparkPlanInternals.columnsBeforeState(query);
        Integer column = columns == null ? null : eventTimeColumn(columns);
        if (columns == null || column == null) {
            return Optional.empty();
        }
        List<List<Moment>> moments = new ArrayList<>();
        for (var row : given.rows()) {
            Dataset<Row> before = Objects.requireNonNull(
                    SparkPlanInternals.beforeState(query.sparkSession(), query, given.input(), List.of(row)));
            List<Moment> ofRow = new ArrayList<>();
            before.collectAsList().stream()
                    .filter(result -> !result.isNullAt(column))
                    .forEach(result -> ofRow.add(moment(result, columns, column)));
            moments.add(ofRow);
        }
        return Optional.of(moments);
    }

    /** The windows or times of {@code steps} that an aggregation holds back until the watermark passes them. */
    List<Moment> waiting(List<StepRecord> steps, long watermark) {
        if (!SparkPlanInternals.aggregates(query)) {
            return List.of();
        }
        TreeSet<Moment> waiting = new TreeSet<>();
        for (StepRecord step : steps) {
            long lateBefore = step.batches().isEmpty()
                    ? 0
                    : step.batches().get(0).watermarks().previous();
            for (StepRecord.Given given : step.given()) {
                of(given).orElse(List.of()).stream()
                        .flatMap(List::stream)
                        .filter(moment -> !moment.isLate(lateBefore) && !moment.isLate(watermark))
                        .forEach(waiting::add);
            }
        }
        return List.copyOf(waiting);
    }

    /** The rows of {@code step} that were dropped because the watermark had passed them. */
    Optional<List<Row>> late(StepRecord step) {
        List<Row> late = new ArrayList<>();
        for (StepRecord.Given given : step.given()) {
            Optional<List<List<Moment>>> moments = of(given);
            if (moments.isEmpty()) {
                return Optional.empty();
            }
            List<Row> rows = given.shown();
            for (int i = 0; i < rows.size(); i++) {
                if (isLate(moments.get().get(i), step)) {
                    late.add(rows.get(i));
                }
            }
        }
        return Optional.of(late);
    }

    /** The rows of {@code step} that a window dropped because their time is NULL. */
    List<Row> withoutTime(StepRecord step) {
        List<Row> rows = new ArrayList<>();
        for (StepRecord.Given given : step.given()) {
            List<Row> shown = given.shown();
            // Usually there are none, which one query over all of them shows.
            boolean isAny = hasNoTime(given, given.rows());
            for (int row = 0; row < shown.size() && isAny; row++) {
                if (hasNoTime(given, given.rows().subList(row, row + 1))) {
                    rows.add(shown.get(row));
                }
            }
        }
        return rows;
    }

    private boolean hasNoTime(StepRecord.Given given, List<EncodedRow> rows) {
        Dataset<Row> dropped = SparkPlanInternals.droppedWithoutTime(query.sparkSession(), query, given.input(), rows);
        return dropped != null && !dropped.isEmpty();
    }

    static boolean isLate(List<Moment> moments, StepRecord step) {
        long watermark =
                step.firstWithData().map(batch -> batch.watermarks().previous()).orElse(0L);
        return !moments.isEmpty() && moments.stream().allMatch(moment -> moment.isLate(watermark));
    }

    private static @Nullable Integer eventTimeColumn(StructType schema) {
        for (int column = 0; column < schema.length(); column++) {
            StructField field = schema.fields()[column];
            if (field.metadata().contains(DELAY) && isTime(field)) {
                return column;
            }
        }
        return null;
    }

    private static boolean isTime(StructField field) {
        return field.dataType() instanceof StructType
                || field.dataType().typeName().equals("timestamp");
    }

    private static Moment moment(Row row, StructType schema, int column) {
        StructField field = schema.fields()[column];
        long delay = field.metadata().getLong(DELAY);
        if (!(field.dataType() instanceof StructType)) {
            long time = millis(row.get(column));
            return new Moment(time, time, time, delay);
        }
        long start = millis(row.getStruct(column).get(0));
        return new Moment(start, millis(row.getStruct(column).get(1)), plainTime(row, schema, start), delay);
    }

    /** The event time from which the window was computed, if the query has not dropped its column. */
    private static long plainTime(Row row, StructType schema, long otherwise) {
        for (int column = 0; column < schema.length(); column++) {
            StructField field = schema.fields()[column];
            boolean isPlain = !(field.dataType() instanceof StructType) && isTime(field);
            if (isPlain && field.metadata().contains(DELAY) && !row.isNullAt(column)) {
                return millis(row.get(column));
            }
        }
        return otherwise;
    }

    private static long millis(Object time) {
        return time instanceof Instant instant ? instant.toEpochMilli() : ((java.sql.Timestamp) time).getTime();
    }
}
