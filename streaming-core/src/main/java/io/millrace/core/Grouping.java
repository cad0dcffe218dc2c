package io.millrace.core;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.RowCount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * An aggregation by a window of time and by columns, with a flat result.
 *
 * @param columns the columns to group by, in addition to the window
 * @param aggregates what to compute for each group
 */
record Grouping(List<String> columns, List<Column> aggregates) {
    private static final Column COUNT = functions.count(functions.lit(1)).as("count");

    Grouping {
        columns = List.copyOf(columns);
        aggregates = List.copyOf(aggregates);
    }

    static Grouping counting() {
        return new Grouping(List.of(), List.of(COUNT));
    }

    Grouping by(String... names) {
        return new Grouping(List.of(names), aggregates);
    }

    Grouping aggregating(Column first, Column... more) {
        return new Grouping(
                columns, Stream.concat(Stream.of(first), Stream.of(more)).toList());
    }

    List<ColumnNeed> needs(ColumnNeed time) {
        List<ColumnNeed> needs = new ArrayList<>(List.of(time));
        columns.forEach(column -> needs.add(ColumnNeed.any("by", column)));
        return needs;
    }

    /** The names that two result columns would share; {@code own} are the columns of the window. */
    List<Problem> clashes(Dataset<Row> rows, List<String> own) {
        List<String> results = aggregates.stream()
                .flatMap(aggregate -> ColumnNames.of(rows, aggregate).stream())
                .toList();
        List<String> taken = new ArrayList<>(own);
        List<Problem> clashes = new ArrayList<>(
                new ColumnNames(rows, own).take("aggregate", results, "Give it another name with as(...)."));
        taken.addAll(results);
        clashes.addAll(new ColumnNames(rows, taken).takeColumns("by", rows, columns));
        return clashes;
    }

    /**
     * {@code rows}; on a stream, those without a time are counted, since Spark drops them silently. On a batch the plan
     * is that of the same step written by hand.
     *
     * @param step the step that drops them
     */
    static Dataset<Row> countingTimes(Dataset<Row> rows, String timeColumn, String step) {
        if (!rows.isStreaming()) {
            return rows;
        }
        RowCount times = RowCount.withoutEventTime(rows.sparkSession(), step);
        String reason = timeColumn + " is NULL";
        UDF1<Boolean, Boolean> count = isMissing -> {
            times.add(isMissing ? reason : null);
            return true;
        };
        // Not deterministic, so that Spark neither calls it twice nor leaves it out.
        return rows.where(functions
                .udf(count, DataTypes.BooleanType)
                .asNondeterministic()
                .apply(functions.col(timeColumn).isNull()));
    }

    /** The columns {@code lead}, taken from the window, then the columns grouped by, then the aggregates. */
    Dataset<Row> flat(Dataset<Row> rows, Column window, Stream<Column> lead) {
        Dataset<Row> grouped = rows.groupBy(array(Stream.concat(Stream.of(window), keys())))
                .agg(aggregates.get(0), aggregates.subList(1, aggregates.size()).toArray(Column[]::new));
        // The aggregates come last, under names that Spark may have given them.
        String[] names = grouped.columns();
        Stream<Column> results =
                Stream.of(names).skip(names.length - aggregates.size()).map(name -> Columns.named(grouped, name));
        return grouped.select(array(Stream.of(lead, keys(), results).flatMap(part -> part)));
    }

    /** {@code .by(zip, city)}, or nothing. */
    String describe() {
        String by = columns.isEmpty() ? "" : ".by(" + String.join(", ", columns) + ")";
        return aggregates.equals(List.of(COUNT)) ? by : by + ".aggregate(" + listed() + ")";
    }

    private String listed() {
        return String.join(", ", aggregates.stream().map(Column::toString).toList());
    }

    private Stream<Column> keys() {
        return columns.stream().map(functions::col);
    }

    private static Column[] array(Stream<Column> columns) {
        return columns.toArray(Column[]::new);
    }
}
