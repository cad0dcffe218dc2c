package io.millrace.core;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.RowCount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
record Grouping(List<ColumnReference> columns, List<Column> aggregates) {
    private static final Column COUNT = functions.count(functions.lit(1)).as("count");

    Grouping {
        columns = List.copyOf(columns);
        aggregates = List.copyOf(aggregates);
    }

    static Grouping counting() {
        return new Grouping(List.of(), List.of(COUNT));
    }

    Grouping by(List<ColumnReference> columns) {
        return new Grouping(columns, aggregates);
    }

    Grouping aggregating(List<Column> aggregates) {
        if (aggregates.isEmpty()) {
            throw new IllegalArgumentException("aggregate(): name at least one aggregate.");
        }
        return new Grouping(columns, aggregates);
    }

    /** What is compared. */
    Object key() {
        return List.of(ColumnReference.keys(columns), Call.keys(aggregates));
    }

    List<ColumnNeed> needs(ColumnNeed time) {
        List<ColumnNeed> needs = new ArrayList<>(List.of(time));
        needs.addAll(ColumnReference.needs("by", columns));
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
                .apply(Columns.at(rows, timeColumn).isNull()));
    }

    /** The columns {@code lead}, taken from the window, then the columns grouped by, then the aggregates. */
    Dataset<Row> flat(Dataset<Row> rows, Column window, Stream<Column> lead) {
        Dataset<Row> grouped = rows.groupBy(
                        array(Stream.concat(Stream.of(window), Stream.of(ColumnReference.in(rows, columns)))))
                .agg(aggregates.get(0), aggregates.subList(1, aggregates.size()).toArray(Column[]::new));
        // After the window, under names that Spark may have given them.
        Stream<Column> results = Stream.of(grouped.columns()).skip(1).map(name -> Columns.named(grouped, name));
        return grouped.select(array(Stream.concat(lead, results)));
    }

    /** {@code .by(zip, city)}, or nothing. */
    String describe() {
        String by = columns.isEmpty() ? "" : ".by(" + listed(columns) + ")";
        return Call.keys(aggregates).equals(Call.keys(List.of(COUNT)))
                ? by
                : by + ".aggregate(" + listed(aggregates) + ")";
    }

    private static String listed(List<?> columns) {
        return columns.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static Column[] array(Stream<Column> columns) {
        return columns.toArray(Column[]::new);
    }
}
