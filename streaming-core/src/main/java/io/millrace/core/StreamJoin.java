package io.millrace.core;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.SparkInterval;
import io.millrace.core.internal.SparkRefusal;
import io.millrace.core.internal.StreamingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/**
 * A join with another stream: each row with the rows of the other stream that have the same keys and a time within
 * bounds. In: the keys, of the same types on both sides, and a time with a watermark on both. Out: the keys once, the
 * other columns of this stream, then those of the other one, whose names must differ. NULL is equal to nothing.
 *
 * <p>A row is kept as state until the watermark shows that no row of the other side can come for it. That needs both
 * watermarks and both bounds: a join without one of them, whose state would grow for ever, is refused. Spark takes such
 * joins in {@code outputMode(append())}. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Pipeline.named("paid")
 *         .from(orders)
 *         .via(Transforms.withWatermark("ordered_at", Duration.ofMinutes(10)))
 *         .via(Transforms.joinStream(
 *                         payments.via(Transforms.withWatermark("paid_at", Duration.ofMinutes(10))), "order_id")
 *                 .times("ordered_at", "paid_at")
 *                 .within(Duration.ofHours(1))
 *                 .left())
 * }</pre>
 */
public final class StreamJoin extends Step {
    private static final String CALL = "joinStream";
    private static final String OTHER = "__other_";

    /** Spark's name of a join, and the call for it. */
    private enum Kind {
        INNER("inner", ""),
        LEFT("left_outer", ".left()"),
        RIGHT("right_outer", ".right()"),
        FULL("full_outer", ".full()"),
        SEMI("left_semi", ".semi()");

        private final String type;
        private final String call;

        Kind(String type, String call) {
            this.type = type;
            this.call = call;
        }
    }

    /** The times of both sides, and by how much that of the other stream may be later. */
    private record Bounds(
            String time,
            String otherTime,
            @Nullable Duration earliest,
            @Nullable Duration latest) {
        String describe() {
            return ".times(" + time + ", " + otherTime + ")"
                    + (earliest == null ? "" : ".between(" + earliest + ", " + latest + ")");
        }
    }

    private final Source other;
    private final List<String> keys;
    private final Optional<Bounds> bounds;
    private final Kind kind;

    private StreamJoin(Source other, List<String> keys, Optional<Bounds> bounds, Kind kind) {
        this.other = other;
        this.keys = keys;
        this.bounds = bounds;
        this.kind = kind;
    }

    static StreamJoin of(Source other, List<String> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(CALL + "(other): name at least one column that both have.");
        }
        return new StreamJoin(
                Arguments.required(CALL, "other", other), List.copyOf(keys), Optional.empty(), Kind.INNER);
    }

    /** The columns of this stream and of the other one that {@link #within} or {@link #between} compares. */
    public StreamJoin times(String time, String otherTime) {
        Arguments.required("times", "time", time);
        Arguments.required("times", "otherTime", otherTime);
        return with(new Bounds(time, otherTime, null, null), kind);
    }

    /** The time of the other stream is not before that of this one, and later by {@code limit} at most. */
    public StreamJoin within(Duration limit) {
        return bounded("within", Duration.ZERO, SparkInterval.notNegative("within", limit));
    }

    /**
     * The time of the other stream is later than that of this one by {@code earliest} at least and {@code latest} at
     * most; a negative duration is before it.
     */
    public StreamJoin between(Duration earliest, Duration latest) {
        SparkInterval.exact("between", earliest);
        SparkInterval.exact("between", latest);
        if (earliest.compareTo(latest) > 0) {
            throw new IllegalArgumentException("between(" + earliest + ", " + latest
                    + "): no time is between these. Name the earlier bound first.");
        }
        return bounded("between", earliest, latest);
    }

    private StreamJoin bounded(String call, Duration earliest, Duration latest) {
        Bounds of = bounds.orElseThrow(() -> new IllegalArgumentException(
                call + "(..): name the columns to compare first, with times(\"ordered_at\", \"paid_at\")."));
        return with(new Bounds(of.time, of.otherTime, earliest, latest), kind);
    }

    /** A row without one of the other stream stays, with NULL in its columns, as soon as none can come. */
    public StreamJoin left() {
        return new StreamJoin(other, keys, bounds, Kind.LEFT);
    }

    /** A row of the other stream without one of this stream stays, with NULL in its columns. */
    public StreamJoin right() {
        return new StreamJoin(other, keys, bounds, Kind.RIGHT);
    }

    /** A row of either stream without one of the other stays, with NULL in its columns. */
    public StreamJoin full() {
        return new StreamJoin(other, keys, bounds, Kind.FULL);
    }

    /** The rows of this stream that have one in the other, once, with their own columns alone. */
    public StreamJoin semi() {
        return new StreamJoin(other, keys, bounds, Kind.SEMI);
    }

    private StreamJoin with(Bounds times, Kind type) {
        return new StreamJoin(other, keys, Optional.of(times), type);
    }

    @Override
    public String describe() {
        return CALL + "(" + other.describe() + ", " + String.join(", ", keys) + ")"
                + bounds.map(Bounds::describe).orElse("") + kind.call;
    }

    @Override
    Object key() {
        return List.of(other, keys, bounds, kind);
    }

    @Override
    List<ColumnNeed> needs() {
        List<ColumnNeed> needs = new ArrayList<>(ColumnNeed.whole(CALL, keys));
        bounds.ifPresent(times -> needs.add(ColumnNeed.timeWithZone("times", times.time)));
        return needs;
    }

    @Override
    List<Problem> clashes(Dataset<Row> rows) {
        Dataset<Row> right;
        try {
            right = other.load(rows.sparkSession());
        } catch (ValidationException e) {
            return e.problems();
        } catch (Exception e) { // Scala does not declare Spark's AnalysisException.
            return List.of(new Problem(
                    CALL,
                    other.describe(),
                    "the stream cannot be read: " + SparkRefusal.of(e).orElseGet(() -> Errors.nameOf(e)),
                    "Change its source."));
        }
        return problems(rows, right);
    }

    private List<Problem> problems(Dataset<Row> rows, Dataset<Row> right) {
        List<Problem> problems = new ArrayList<>();
        if (!right.isStreaming()) {
            problems.add(new Problem(
                    CALL,
                    other.describe(),
                    "this is a table, and not a stream",
                    "Use join(table, keys), which joins each micro-batch with it."));
        }
        keys.forEach(key -> problemOfKey(key, rows, right).ifPresent(problems::add));
        List<String> names =
                Arrays.stream(rows.columns()).filter(name -> !isKey(name)).toList();
        Arrays.stream(right.columns())
                .filter(name -> kind != Kind.SEMI && names.stream().anyMatch(name::equalsIgnoreCase))
                .map(name -> new Problem(
                        CALL,
                        name,
                        "both streams have a column of this name, which is not a key",
                        "Rename or drop one of them first, or make it a key."))
                .forEach(problems::add);
        if (bounds.filter(times -> times.latest != null).isEmpty()) {
            problems.add(new Problem(
                    CALL,
                    other.describe(),
                    "without a bound between the times of both streams, every row would be kept as state for ever",
                    "Add times(\"ordered_at\", \"paid_at\") and within(Duration.ofHours(1))."));
        } else {
            problemOfTime(rows, bounds.get().time, "this stream").ifPresent(problems::add);
            problemOfTime(right, bounds.get().otherTime, "the other stream").ifPresent(problems::add);
        }
        problemOfTimes(rows, "this stream").ifPresent(problems::add);
        problemOfTimes(right, "the other stream").ifPresent(problems::add);
        return problems;
    }

    /** Spark ends the query at the first batch. */
    private static Optional<Problem> problemOfTimes(Dataset<Row> rows, String stream) {
        List<String> times = Arrays.stream(rows.schema().fields())
                .filter(StreamingPlan::isEventTime)
                .map(StructField::name)
                .toList();
        return times.size() < 2
                ? Optional.empty()
                : Optional.of(new Problem(
                        CALL,
                        String.join(", ", times),
                        stream + " has more than one column with a watermark, as after a join, and Spark joins by one",
                        "Drop all but one of them before the join, with drop(...)."));
    }

    private boolean isKey(String name) {
        return keys.stream().anyMatch(name::equalsIgnoreCase);
    }

    private static Optional<Problem> problemOfTime(Dataset<Row> rows, String time, String stream) {
        Optional<Problem> missing = ColumnNeed.timeWithZone("times", time).problem(rows);
        if (missing.isPresent()
                || Columns.find(rows, time).filter(StreamingPlan::isEventTime).isPresent()) {
            return missing;
        }
        return Optional.of(new Problem(
                "times",
                time,
                stream + " has no watermark on this column, so that rows of the other side would be kept as state for"
                        + " ever",
                "Put withWatermark(\"" + time + "\", delay) before the join, on both streams."));
    }

    private static Optional<Problem> problemOfKey(String key, Dataset<Row> rows, Dataset<Row> right) {
        Optional<StructField> found = Columns.find(right, key);
        if (found.isEmpty()) {
            return Optional.of(new Problem(
                    CALL,
                    key,
                    "the other stream has no such column " + Columns.listed(right),
                    "Name one of these, or rename the column in an earlier step of that stream."));
        }
        // Spark would compare a string with a number by casting one of them.
        String type = Columns.find(rows, key).orElseThrow().dataType().catalogString();
        String ofOther = found.get().dataType().catalogString();
        return type.equals(ofOther)
                ? Optional.empty()
                : Optional.of(new Problem(
                        CALL,
                        key,
                        "the column is " + type + " in this stream, but " + ofOther + " in the other",
                        "Cast one of the two to the type of the other."));
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        Dataset<Row> right = other.load(rows.sparkSession());
        for (String key : keys) {
            right = right.withColumnRenamed(key, OTHER + key);
        }
        Bounds times = bounds.orElseThrow();
        Column later = Columns.named(right, isKey(times.otherTime) ? OTHER + times.otherTime : times.otherTime);
        Column time = Columns.named(rows, times.time);
        Column matches = later.geq(time.plus(lit(times.earliest))).and(later.leq(time.plus(lit(times.latest))));
        if (kind == Kind.LEFT || kind == Kind.FULL) {
            matches = matches.and(time.isNotNull()); // Spark would keep such a row as state for ever.
        }
        if (kind == Kind.RIGHT || kind == Kind.FULL) {
            matches = matches.and(later.isNotNull());
        }
        for (String key : keys) {
            Column own = Columns.named(rows, key);
            matches = own.equalTo(Columns.named(right, OTHER + key)).and(matches);
            if (kind == Kind.FULL) {
                matches = matches.and(own.isNotNull()); // Spark's full join of streams takes two NULL keys for equal.
            }
        }
        Dataset<Row> joined = rows.join(right, matches, kind.type);
        return kind == Kind.SEMI ? joined : columns(rows, right, joined);
    }

    private Dataset<Row> columns(Dataset<Row> rows, Dataset<Row> right, Dataset<Row> joined) {
        List<Column> columns = new ArrayList<>();
        for (String name : rows.columns()) {
            Column own = Columns.named(rows, name);
            columns.add(
                    isKey(name) ? key(own, Columns.named(right, OTHER + name)).as(name) : own);
        }
        Arrays.stream(right.columns())
                .filter(name -> !name.startsWith(OTHER) || !isKey(name.substring(OTHER.length())))
                .map(name -> Columns.named(right, name))
                .forEach(columns::add);
        return joined.select(columns.toArray(Column[]::new));
    }

    private Column key(Column own, Column ofOther) {
        return switch (kind) {
            case RIGHT -> ofOther;
            case FULL -> coalesce(own, ofOther);
            default -> own;
        };
    }
}
