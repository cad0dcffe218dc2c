package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.session_window;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.SparkInterval;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Aggregates rows in sessions, which end when no row has arrived for a while. In: a timestamp, and the columns to group
 * by. Out, flat and nothing else: {@code session_start}, {@code session_end}, the columns grouped by, the aggregates;
 * by default {@code count}. Rows whose time is NULL are dropped and, on a stream, counted for {@link Health}. Spark
 * runs it in append mode with a watermark, and in complete mode, not in update mode. Immutable: every call returns a
 * copy.
 *
 * <pre>{@code Transforms.sessionCount("hittime", Duration.ofMinutes(30)).by("visitor")}</pre>
 */
public final class SessionAggregation extends Step {
    private final String timeColumn;
    private final Duration gap;
    private final Grouping grouping;

    SessionAggregation(String timeColumn, Duration gap, Grouping grouping) {
        this.timeColumn = timeColumn;
        this.gap = SparkInterval.positive("sessionCount", gap);
        this.grouping = grouping;
    }

    /**
     * Sessions for each combination of these columns, in place of any named before. A stream needs at least one; the
     * default is one series of sessions for all rows of a batch.
     */
    public SessionAggregation by(String... columns) {
        return new SessionAggregation(
                timeColumn, gap, grouping.by(ColumnReference.named(Arguments.allRequired("by", "columns", columns))));
    }

    /** As {@link #by(String...)}. */
    public SessionAggregation by(List<String> columns) {
        return new SessionAggregation(
                timeColumn, gap, grouping.by(ColumnReference.named(Arguments.allRequired("by", "columns", columns))));
    }

    /**
     * As {@link #by(String...)}, with expressions such as {@code to_date(col("at")).as("day")}: the alias is the name
     * of the column, else the name that Spark gives it.
     */
    public SessionAggregation by(Column first, Column... more) {
        return new SessionAggregation(
                timeColumn, gap, grouping.by(ColumnReference.of(Arguments.allRequired("by", "columns", first, more))));
    }

    /** What to compute for each session, such as {@code sum("price").as("total")}, in place of the count. */
    public SessionAggregation aggregate(Column first, Column... more) {
        return aggregate(Arguments.allRequired("aggregate", "aggregates", first, more));
    }

    /** As {@link #aggregate(Column, Column...)}. */
    public SessionAggregation aggregate(List<Column> aggregates) {
        return new SessionAggregation(
                timeColumn, gap, grouping.aggregating(Arguments.allRequired("aggregate", "aggregates", aggregates)));
    }

    @Override
    public String describe() {
        return "sessionCount(" + timeColumn + ", " + gap + ")" + grouping.describe();
    }

    @Override
    Object key() {
        return List.of(timeColumn, gap, grouping.key());
    }

    @Override
    List<ColumnNeed> needs() {
        return grouping.needs(ColumnNeed.time("sessionCount", timeColumn));
    }

    @Override
    List<Problem> clashes(Dataset<Row> rows) {
        if (rows.isStreaming() && grouping.columns().isEmpty()) {
            return List.of(new Problem(
                    "sessionCount",
                    timeColumn,
                    "on a stream, Spark groups rows into sessions only together with another column",
                    "Call by(...) with the column whose sessions are meant."));
        }
        return grouping.clashes(rows, List.of("session_window", "session_start", "session_end"));
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        return grouping.flat(
                Grouping.countingTimes(rows, timeColumn, "sessionCount(" + timeColumn + ")"),
                session_window(Columns.at(rows, timeColumn), SparkInterval.of(gap)),
                Stream.of(
                        col("session_window.start").as("session_start"),
                        col("session_window.end").as("session_end")));
    }
}
