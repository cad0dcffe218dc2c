package io.millrace.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** Checks the expectations of a run, and writes their failure messages. */
final class Expectations {
    private final RunRecord run;
    private final Explanation explanation;

    Expectations(RunRecord run) {
        this.run = run;
        this.explanation = new Explanation(run);
    }

    void emits(StepRecord step, List<?> expected, List<String> columns, boolean inOrder) {
        StructType schema = only(columns, run.schema());
        List<Row> wanted = rows(expected, schema);
        List<Row> actual = only(columns, rows(step.output(), run.schema()), run.schema());
        RowDiff diff = run.diff(schema);
        Optional<String> difference = inOrder ? diff.ordered(wanted, actual) : diff.unordered(wanted, actual);
        difference.ifPresent(text -> {
            throw failure(step, emitted(wanted, actual) + ": " + text + why(step, wanted, actual), null);
        });
    }

    private static String emitted(List<Row> wanted, List<Row> actual) {
        if (actual.isEmpty()) {
            return "emitted nothing";
        }
        return wanted.isEmpty() ? "emitted rows, but none was expected" : "emitted other rows than expected";
    }

    private String why(StepRecord step, List<Row> wanted, List<Row> actual) {
        StringBuilder why = new StringBuilder();
        if (wanted.size() > actual.size()) {
            explanation
                    .ofMissingRows(step, actual.isEmpty())
                    .forEach(reason -> why.append("\n").append(reason));
        }
        if (wanted.isEmpty() && step.batches().size() > 1) {
            step.batches().stream()
                    .filter(batch -> !batch.data() && !batch.output().isEmpty())
                    .forEach(batch -> why.append("\nBatch ")
                            .append(batch.id())
                            .append(", without data, emitted ")
                            .append(batch.output().size())
                            .append(" of them: it moved the watermark to ")
                            .append(Timeline.watermark(batch.watermarks().used()))
                            .append("."));
        }
        return why.toString();
    }

    void sameOutput(StepRecord step) {
        List<BatchRecord> replays =
                step.batches().stream().filter(BatchRecord::replay).toList();
        if (replays.isEmpty()) {
            throw failure(step, "reran no batch, so there is nothing to compare", null);
        }
        StructType schema = run.schema();
        for (BatchRecord replay : replays) {
            run.diff(schema)
                    .unordered(rows(run.firstOutput(replay.id()), schema), rows(replay.output(), schema))
                    .ifPresent(text -> {
                        throw failure(
                                step, "emitted other rows when batch " + replay.id() + " was rerun: " + text, null);
                    });
        }
    }

    void table(StepRecord step, List<?> expected, List<String> columns) {
        StructType all = run.tableSchema();
        StructType schema = only(columns, all);
        List<Row> wanted = rows(expected, schema);
        List<Row> actual = only(columns, rows(run.table(), all), all);
        run.diff(schema).unordered(wanted, actual).ifPresent(text -> {
            throw failure(step, "left another result than expected: " + text, null);
        });
    }

    void watermark(StepRecord step, Instant expected, boolean used) {
        String which = used ? "used the watermark " : "left the watermark at ";
        List<BatchRecord> batches = step.batches();
        if (batches.isEmpty()) {
            throw failure(step, "ran no batch, so no watermark moved", null);
        }
        if (!batches.get(0).watermarks().defined()) {
            throw failure(step, "has no watermark: the query does not call withWatermark", null);
        }
        long actual = used
                ? step.firstWithData().orElse(batches.get(0)).watermarks().used()
                : batches.get(batches.size() - 1).watermarks().next();
        if (actual != expected.toEpochMilli()) {
            throw failure(step, which + Timeline.watermark(actual) + ", not " + Times.text(expected), null);
        }
    }

    /** {@code withoutTime} is whether the test has already checked the rows without an event time. */
    void dropsLate(StepRecord step, int expected, boolean withoutTime) {
        long groups = step.batches().stream().mapToLong(BatchRecord::lateGroups).sum();
        Optional<List<Row>> late = groups == 0 ? Optional.of(List.of()) : explanation.late(step);
        long actual = late.map(rows -> (long) rows.size()).orElse(groups);
        if (actual != expected) {
            String message = "dropped " + count(actual, "late row", "late rows") + ", not " + expected;
            throw failure(step, message + explanation.ofLateRows(step, late), null);
        }
        List<Row> timeless = withoutTime ? List.of() : explanation.withoutTime(step);
        if (!timeless.isEmpty()) {
            String message = "dropped " + count(expected, "late row", "late rows") + ", as expected, but "
                    + count(timeless.size(), "row", "rows")
                    + " without an event time as well: call dropsWithoutEventTime(" + timeless.size() + ") before\n";
            throw failure(step, message + Explanation.ofRowsWithoutTime(timeless), null);
        }
    }

    void dropsWithoutEventTime(StepRecord step, int expected) {
        List<Row> timeless = explanation.withoutTime(step);
        if (timeless.size() != expected) {
            String message =
                    "dropped " + count(timeless.size(), "row", "rows") + " without an event time, not " + expected;
            String rows = timeless.isEmpty() ? "" : "\n" + Explanation.ofRowsWithoutTime(timeless);
            throw failure(step, message + rows, null);
        }
    }

    void stateRows(StepRecord step, long expected) {
        long actual = last(step)
                .state()
                .orElseThrow(
                        () -> failure(step, "has no state: the query has no aggregation, join or deduplication", null))
                .rows();
        if (actual != expected) {
            throw failure(step, "left " + count(actual, "row", "rows") + " in the state, not " + expected, null);
        }
    }

    void state(StepRecord step, String name, StateReader state, List<?> expected, List<String> columns) {
        last(step);
        Dataset<Row> found = state.read(name);
        StructType schema = only(columns, found.schema());
        List<Row> actual = only(columns, rows(found.collectAsList(), found.schema()), found.schema());
        run.diff(schema).unordered(rows(expected, schema), actual).ifPresent(text -> {
            throw failure(step, "left other rows in the state " + name + " than expected: " + text, null);
        });
    }

    void runsBatches(StepRecord step, int expected) {
        if (step.batches().size() != expected) {
            StringJoiner names = new StringJoiner(", ");
            step.batches()
                    .forEach(batch -> names.add("batch " + batch.id() + " (" + batch.kind()
                            + (batch.watermarks().defined()
                                    ? ", watermark "
                                            + Timeline.watermark(
                                                    batch.watermarks().used())
                                    : "")
                            + ")"));
            String ran =
                    step.batches().isEmpty() ? "no batch" : count(step.batches().size(), "batch", "batches");
            throw failure(step, "ran " + ran + ", not " + expected + (names.length() == 0 ? "" : ": " + names), null);
        }
    }

    void ranWithoutData(StepRecord step) {
        if (step.batches().isEmpty()) {
            throw failure(step, "ran nothing: no batch without data is due, because the watermark has not moved", null);
        }
        if (step.batches().get(0).data()) {
            throw failure(step, "read rows, but a batch without data was expected", null);
        }
    }

    void failsWith(StepRecord step, String text, Exception error) {
        if (!Causes.mention(error, text)) {
            throw failure(step, "failed with another error than \"" + text + "\": " + Causes.messages(error), error);
        }
    }

    void schema(StructType expected, boolean withNullability) {
        StructType actual = run.schema();
        List<String> differences = new ArrayList<>();
        for (int column = 0; column < Math.max(expected.length(), actual.length()); column++) {
            String wanted = column(expected, column, withNullability);
            String found = column(actual, column, withNullability);
            if (!wanted.equals(found)) {
                differences.add("\n  column " + (column + 1) + ": expected " + wanted + ", was " + found);
            }
        }
        if (!differences.isEmpty()) {
            throw new AssertionFailedError(
                    "The query has other columns than expected:" + String.join("", differences),
                    expected.toDDL(),
                    actual.toDDL());
        }
    }

    private static String column(StructType schema, int column, boolean withNullability) {
        if (column >= schema.length()) {
            return "none";
        }
        StructField field = schema.fields()[column];
        String type = withNullability
                ? field.dataType().json() + (field.nullable() ? "" : " NOT NULL")
                : field.dataType().asNullable().sql();
        return field.name() + " " + type;
    }

    AssertionFailedError failure(StepRecord step, String what, @Nullable Throwable cause) {
        String message = "Batch \"" + step.name() + "\" " + what.stripTrailing() + "\n\n" + timeline();
        return new AssertionFailedError(message, cause);
    }

    String timeline() {
        return Timeline.text(
                run.mode(), run.steps(), step -> explanation.withoutTime(step).size());
    }

    private BatchRecord last(StepRecord step) {
        if (step.batches().isEmpty()) {
            throw failure(step, "ran no batch", null);
        }
        return step.batches().get(step.batches().size() - 1);
    }

    private static List<Row> rows(List<?> values, StructType schema) {
        return values.stream().map(value -> Values.row(value, schema)).toList();
    }

    /** Refuses names, given to {@code call}, that no column of {@code schema} has, or that several have. */
    static void checkColumns(String call, List<String> names, StructType schema) {
        List<String> columns = List.of(schema.fieldNames());
        for (String name : names) {
            int found = Collections.frequency(columns, name);
            if (found != 1) {
                throw new IllegalArgumentException(call + "(" + String.join(", ", names) + "): "
                        + (found == 0
                                ? "there is no column \"" + name + "\". The columns are " + String.join(", ", columns)
                                : found + " columns are named \"" + name + "\". Rename one")
                        + ".");
            }
        }
    }

    /** {@code columns} of {@code schema}, in their order; all of them if none is named. */
    private static StructType only(List<String> columns, StructType schema) {
        checkColumns("columns", columns, schema);
        return columns.isEmpty()
                ? schema
                : new StructType(columns.stream().map(schema::apply).toArray(StructField[]::new));
    }

    private static List<Row> only(List<String> columns, List<Row> rows, StructType schema) {
        if (columns.isEmpty()) {
            return rows;
        }
        int[] kept = columns.stream().mapToInt(schema::fieldIndex).toArray();
        return rows.stream()
                .map(row ->
                        RowFactory.create(Arrays.stream(kept).mapToObj(row::get).toArray()))
                .toList();
    }

    static String count(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
