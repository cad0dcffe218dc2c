package io.millrace.core;

import static io.millrace.core.internal.Arguments.required;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.DeadLetterColumns;
import io.millrace.core.internal.SparkInterval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/**
 * Marks rows whose event time is missing or out of bounds, before branches on one read. As a transform it gives all
 * rows with the column {@code malformed}, as {@link JsonMarks} does: NULL for a good row, else a struct of the record
 * and the reason. A row that has a mark already keeps it, so that one branch takes what either step has marked. In the
 * branches, {@link #good()} and {@link #malformed()} take the rows apart. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * TimeMarks times = Transforms.timeMarks("hittime").aheadAtMost(Duration.ofMinutes(5), "timestamp");
 * Pipeline.named("hits")
 *         .from(kafka)
 *         .via(hits)
 *         .via(times)
 *         .to(Sinks.several("refused", times.malformed(), letters).and("table", times.good(), table));
 * }</pre>
 */
public final class TimeMarks extends Step {
    private static final String CALL = "timeMarks";

    private final String column;
    private final String value;
    private final Optional<EventClock> ahead;
    private final Optional<EventClock> behind;

    private TimeMarks(String column, String value, Optional<EventClock> ahead, Optional<EventClock> behind) {
        this.column = column;
        this.value = value;
        this.ahead = ahead;
        this.behind = behind;
    }

    static TimeMarks of(String column) {
        return new TimeMarks(required(CALL, "column", column), "value", Optional.empty(), Optional.empty());
    }

    /**
     * Also marks a row whose time is later than another time of the row by more than {@code limit}.
     *
     * @param clock the column of that time, a timestamp such as Kafka's; a row without it is marked
     */
    public TimeMarks aheadAtMost(Duration limit, String clock) {
        return new TimeMarks(column, value, Optional.of(bound("aheadAtMost", limit, clock)), behind);
    }

    /**
     * Also marks a row whose time is earlier than another time of the row by more than {@code limit}.
     *
     * @param clock the column of that time, a timestamp such as Kafka's; a row without it is marked
     */
    public TimeMarks behindAtMost(Duration limit, String clock) {
        return new TimeMarks(column, value, ahead, Optional.of(bound("behindAtMost", limit, clock)));
    }

    /** The column with the original bytes, binary or string, which go with a marked row. Default {@code value}. */
    public TimeMarks valueFrom(String original) {
        return new TimeMarks(column, required("valueFrom", "original", original), ahead, behind);
    }

    private EventClock bound(String call, Duration limit, String clock) {
        return new EventClock(
                column, SparkInterval.notNegative(call, limit), Optional.of(required(call, "clock", clock)));
    }

    /** The good rows of those that are marked, without the mark. */
    public Transform good() {
        return MarkedRows.good(this, CALL);
    }

    /** The marked rows, with the columns of {@link JsonMarks#malformed()}. */
    public Transform malformed() {
        return MarkedRows.malformed(this, CALL);
    }

    @Override
    public String describe() {
        return CALL + "(" + column + ")"
                + ahead.map(EventClock::describe).orElse("")
                + behind.map(clock -> clock.describe().replaceFirst("ahead", "behind"))
                        .orElse("")
                + (value.equals("value") ? "" : ".valueFrom(" + value + ")");
    }

    @Override
    Object key() {
        return List.of(column, value, ahead, behind);
    }

    @Override
    List<ColumnNeed> needs() {
        List<ColumnNeed> needs =
                new ArrayList<>(List.of(ColumnNeed.instant(CALL, column), ColumnNeed.text("valueFrom", value)));
        ahead.flatMap(EventClock::clock).ifPresent(clock -> needs.add(ColumnNeed.instant("aheadAtMost", clock)));
        behind.flatMap(EventClock::clock).ifPresent(clock -> needs.add(ColumnNeed.instant("behindAtMost", clock)));
        return needs;
    }

    @Override
    List<Problem> clashes(Dataset<Row> rows) {
        return isTaken(rows)
                ? List.of(new Problem(
                        CALL,
                        MarkedRows.MARK,
                        "the rows have a column of this name already, which is not a mark of the same columns",
                        "Rename it in an earlier step."))
                : List.of();
    }

    private boolean isTaken(Dataset<Row> rows) {
        Optional<String> there = typeOf(rows);
        return there.isPresent() && !there.equals(typeOf(rows.withColumn(MarkedRows.MARK, mark(rows))));
    }

    private static Optional<String> typeOf(Dataset<Row> rows) {
        return Columns.find(rows, MarkedRows.MARK).map(StructField::dataType).map(type -> type.catalogString());
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        Column mark = mark(rows);
        return rows.withColumn(
                MarkedRows.MARK,
                Columns.find(rows, MarkedRows.MARK).isPresent() && !isTaken(rows)
                        ? coalesce(col(MarkedRows.MARK), mark)
                        : mark);
    }

    private Column mark(Dataset<Row> rows) {
        Column reason = reason(rows);
        return when(reason.isNotNull(), struct(DeadLetterColumns.of(rows, value, reason)));
    }

    private Column reason(Dataset<Row> rows) {
        Column time = Columns.at(rows, column);
        Column reason = when(time.isNull(), lit(column + " is NULL"));
        if (ahead.isPresent()) {
            reason = reason.when(ahead.get().isAhead(rows), lit(ahead.get().reason()));
        }
        if (behind.isPresent()) {
            reason = reason.when(behind.get().isBehind(rows), lit(behind.get().reasonBehind()));
        }
        return reason;
    }
}
