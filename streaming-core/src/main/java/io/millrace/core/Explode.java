package io.millrace.core;

import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.explode_outer;
import static org.apache.spark.sql.functions.map_entries;

import io.millrace.core.internal.Columns;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.MapType;

/**
 * A row for each element of an array, or for each entry of a map.
 *
 * @param call {@code explode} or {@code explodeOuter}
 * @param column the array, which may be the field of a struct
 * @param name the column of the elements
 * @param outer whether a row without elements stays
 */
record Explode(String call, String column, String name, boolean outer) {
    Step step() {
        return Step.of(
                Call.of(call, column, name), List.of(ColumnNeed.elements(call, column)), this::clashes, this::exploded);
    }

    private List<Problem> clashes(Dataset<Row> rows) {
        return Stream.concat(
                        ColumnNames.problemOfPath(call, name, rows).stream(),
                        new ColumnNames(rows, ColumnNames.others(rows, column))
                                        .take(
                                                call,
                                                List.of(name),
                                                "Name the elements otherwise, or rename the other column first.")
                                        .stream())
                .toList();
    }

    private Dataset<Row> exploded(Dataset<Row> rows) {
        Column elements = Columns.at(rows, column);
        if (rows.select(elements).schema().fields()[0].dataType() instanceof MapType) {
            elements = map_entries(elements);
        }
        Dataset<Row> exploded = rows.withColumn(name, outer ? explode_outer(elements) : explode(elements));
        boolean isReplaced = Columns.find(rows, column).equals(Columns.find(rows, name));
        // The struct that an array is a field of stays.
        return isReplaced ? exploded : exploded.drop(column);
    }
}
