package io.millrace.testkit;

import io.millrace.testkit.BatchRecord.MeasuredTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        this(run, null);
    }

    /** {@code state} reads that of the query, if it has run. */
    Expectations(RunRecord run, @Nullable StateReader state) {
        this.run = run;
        this.explanation = new Explanation(run, state);
    }

    Explanation explanation() {
        return explanation;
    }

    void emits(StepRecord step, List<?> expected, List<String> columns, boolean inOrder) {
        StructType schema = only(columns, run.schema());
        List<Row> wanted = given(step, inOrder ? "emitsInOrder" : "emits", expected, schema, run.schema());
        List<Row> actual = only(columns, rows(step.output(), run.schema()), run.schema());
        RowDiff diff = run.diff(schema);
        Optional<String> difference = inOrder ? diff.ordered(wanted, actual) : diff.unordered(wanted, actual);
        difference.ifPresent(text -> {
            throw failure(
                    step,
                    emitted(wanted, actual) + ": " + text + why(step, wanted, actual),
                    RowText.lines(wanted, inOrder),
                    RowText.lines(actual, inOrder));
        });
    }

    /**
     * The rows that {@code call} of a test was given, for {@code schema}, which has some of the columns {@code
     * all}.
     */
    private static List<Row> given(StepRecord step, String call, List<?> rows, StructType schema, StructType all) {
        return Values.each(
                "Batch \"" + step.name() + "\": " + call + "(..)", rows, row -> Values.row(row, schema, all));
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
        if (run.isOfWriter()) {
            sameTarget(step);
            return;
        }
        StructType schema = run.schema();
        for (BatchRecord replay : replays) {
            List<Row> first = named(
                    "Batch \"" + step.name() + "\": sameOutput(): batch " + replay.id() + " of before the restart",
                    () -> rows(run.firstOutput(replay.id()), schema));
            List<Row> again = rows(replay.output(), schema);
            run.diff(schema).unordered(first, again).ifPresent(text -> {
                throw failure(
                        step,
                        "emitted other rows when batch " + replay.id() + " was rerun: " + text,
                        RowText.lines(first, false),
                        RowText.lines(again, false));
            });
        }
    }

    private void sameTarget(StepRecord step) {
        List<Row> before = run.targetBefore();
        List<Row> now = run.table();
        StructType schema = TargetColumns.of(now, before);
        difference(schema, before, now).ifPresent(text -> {
            throw failure(
                    step,
                    "changed the target when its batch was rerun: " + text,
                    RowText.lines(before, false),
                    RowText.lines(now, false));
        });
    }

    private Optional<String> difference(StructType schema, List<Row> expected, List<Row> actual) {
        return run.diff(schema).unordered(rows(expected, schema), rows(actual, schema));
    }

    void table(StepRecord step, List<?> rows, List<String> columns) {
        String call = "Batch \"" + step.name() + "\": table(..)";
        List<Row> table = named(call, run::table);
        List<?> expected = run.isOfWriter() ? TargetColumns.expected(rows) : rows;
        StructType all = named(call, () -> run.tableSchema(table, expected));
        run.checkTolerances(all);
        StructType schema = only(columns, all);
        List<Row> wanted = given(step, "table", expected, schema, all);
        List<Row> actual = only(columns, named(call + ": the result so far", () -> rows(table, all)), all);
        run.diff(schema).unordered(wanted, actual).ifPresent(text -> {
            throw failure(
                    step,
                    "left another result than expected: " + text,
                    RowText.lines(wanted, false),
                    RowText.lines(actual, false));
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
            String was = Timeline.watermark(actual);
            throw failure(step, which + was + ", not " + Times.text(expected), Times.text(expected), was);
        }
    }

    void eventTimes(StepRecord step, Instant earliest, Instant latest) {
        List<MeasuredTimes> measured = measured(step);
        Instant first =
                Collections.min(measured.stream().map(MeasuredTimes::min).toList());
        Instant last = Collections.max(measured.stream().map(MeasuredTimes::max).toList());
        if (!first.equals(earliest) || !last.equals(latest)) {
            String expected = Times.text(earliest) + " to " + Times.text(latest);
            String was = Times.text(first) + " to " + Times.text(last);
            throw failure(step, "measured event times from " + was + ", not from " + expected, expected, was);
        }
    }

    void averageEventTime(StepRecord step, Instant time) {
        String expected = Times.text(time);
        String was = Times.text(measured(step).get(0).average());
        if (!was.equals(expected)) {
            throw failure(step, "measured an average event time of " + was + ", not " + expected, expected, was);
        }
    }

    /** The event times of each batch that has read some. */
    private List<MeasuredTimes> measured(StepRecord step) {
        List<MeasuredTimes> measured = step.batches().stream()
                .flatMap(batch -> batch.statistics().eventTimes().stream())
                .toList();
        if (measured.isEmpty()) {
            boolean defined = last(step).watermarks().defined();
            throw failure(
                    step,
                    "measured no event time: "
                            + (defined ? "it read no row with one" : "the query does not call withWatermark"),
                    null);
        }
        return measured;
    }

    void observed(StepRecord step, String name, List<?> expected, List<String> columns) {
        Set<String> names = last(step).statistics().observed().keySet();
        Row observed = last(step).statistics().observed().get(name);
        if (observed == null) {
            throw new IllegalArgumentException("Batch \"" + step.name() + "\": observed(\"" + name + "\"): "
                    + (names.isEmpty()
                            ? "the query does not call observe(..)."
                            : "the query observes " + String.join(", ", names) + "."));
        }
        List<Row> metrics = step.batches().stream()
                .filter(BatchRecord::data)
                .flatMap(
                        batch -> Stream.ofNullable(batch.statistics().observed().get(name)))
                .toList();
        StructType all = observed.schema();
        StructType schema = only(columns, all);
        List<Row> actual = only(columns, rows(metrics, all), all);
        List<Row> wanted = given(step, "observed", expected, schema, all);
        run.diff(schema).ordered(wanted, actual).ifPresent(text -> {
            throw failure(
                    step,
                    "observed other metrics " + name + " than expected: " + text,
                    RowText.lines(wanted, true),
                    RowText.lines(actual, true));
        });
    }

    /** {@code withoutTime} is whether the test has already checked the rows without an event time. */
    void dropsLate(StepRecord step, int expected, boolean withoutTime) {
        long groups = step.batches().stream().mapToLong(BatchRecord::lateGroups).sum();
        Optional<List<Row>> late = groups == 0 ? Optional.of(List.of()) : explanation.late(step);
        long actual = late.map(rows -> (long) rows.size()).orElse(groups);
        if (actual != expected) {
            String message = "dropped " + count(actual, "late row", "late rows") + ", not " + expected;
            throw failure(step, message + explanation.ofLateRows(step, late), expected, actual);
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
            throw failure(step, message + rows, expected, timeless.size());
        }
    }

    void rowsAhead(StepRecord step, int expected) {
        long actual = Explanation.rowsAhead(step);
        if (actual != expected) {
            String rows = "had " + count(actual, "row", "rows") + " ahead of the clock, not " + expected;
            throw failure(step, rows + "\n" + Explanation.ofRowsAhead(step), expected, actual);
        }
    }

    void stateRows(StepRecord step, long expected) {
        long actual = last(step)
                .state()
                .orElseThrow(
                        () -> failure(step, "has no state: the query has no aggregation, join or deduplication", null))
                .rows();
        if (actual != expected) {
            throw failure(
                    step,
                    "left " + count(actual, "row", "rows") + " in the state, not " + expected + notes(),
                    expected,
                    actual);
        }
    }

    void state(StepRecord step, String name, StateReader state, List<?> expected, List<String> columns) {
        last(step);
        Dataset<Row> found = state.read(name);
        StructType schema = only(columns, found.schema());
        List<Row> actual = only(columns, rows(found.collectAsList(), found.schema()), found.schema());
        List<Row> wanted = given(step, "state", expected, schema, found.schema());
        run.diff(schema).unordered(wanted, actual).ifPresent(text -> {
            throw failure(
                    step,
                    "left other rows in the state " + name + " than expected: " + text.stripTrailing() + notes(),
                    RowText.lines(wanted, false),
                    RowText.lines(actual, false));
        });
    }

    /** Each a sentence on a line of its own. */
    private String notes() {
        return explanation.notes().stream()
                .map(note -> "\n" + Character.toUpperCase(note.charAt(0)) + note.substring(1))
                .collect(Collectors.joining());
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
            throw failure(
                    step,
                    "ran " + ran + ", not " + expected + (names.length() == 0 ? "" : ": " + names),
                    expected,
                    step.batches().size());
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
        return new AssertionFailedError(message(step, what), cause);
    }

    /** With what an IDE shows side by side. */
    private AssertionFailedError failure(StepRecord step, String what, Object expected, Object actual) {
        return new AssertionFailedError(message(step, what), expected, actual);
    }

    private String message(StepRecord step, String what) {
        return "Batch \"" + step.name() + "\" " + what.stripTrailing() + "\n\n" + timeline();
    }

    String timeline() {
        String steps = Timeline.text(run, explanation);
        return run.isOfWriter() ? steps + target() : steps;
    }

    /** The target now, since that of earlier steps is gone. */
    private String target() {
        try {
            return Timeline.target(run.table());
        } catch (RuntimeException e) {
            return "  target  not readable: " + Causes.messages(e) + "\n";
        }
    }

    private BatchRecord last(StepRecord step) {
        if (step.batches().isEmpty()) {
            throw failure(step, "ran no batch", null);
        }
        return step.batches().get(step.batches().size() - 1);
    }

    /** What {@code part} returns; what it refuses is said of {@code call}. */
    private static <T> T named(String call, Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(call + ": " + e.getMessage(), e);
        }
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
