package io.millrace.sinks.jdbc;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * The rows of a batch by their values of a column.
 *
 * @param values those that a table is named for
 */
record RoutedRows(String column, List<String> values) {
    private static final Set<String> WHOLE_NUMBERS = Set.of("tinyint", "smallint", "int", "bigint");

    /** Why rows cannot be told apart by a column. */
    static Optional<Finding> problem(Dataset<Row> rows, String column) {
        Optional<StructField> field = Columns.find(rows, column);
        if (field.isEmpty()) {
            return Optional.of(Columns.missing("tableFrom", column, rows));
        }
        String type = field.get().dataType().catalogString();
        return field.get().dataType() instanceof StringType || WHOLE_NUMBERS.contains(type)
                ? Optional.empty()
                : Optional.of(new Finding(
                        "tableFrom",
                        column,
                        "this column is a " + type + ", and tables are named for texts or whole numbers",
                        "Cast it to string in an earlier step."));
    }

    /** The number of rows of a batch with each value; computes all of the batch. */
    Counts count(Dataset<Row> batch) {
        List<Column> counts = new ArrayList<>();
        values.forEach(value -> counts.add(functions.count(when(is(batch, value), 1))));
        counts.add(functions.count(when(isOther(batch), 1)));
        counts.add(functions.count(when(text(batch).isNull(), 1)));
        Row found = batch.agg(counts.get(0), counts.subList(1, counts.size()).toArray(Column[]::new))
                .head();
        List<String> nonEmpty = new ArrayList<>(values);
        nonEmpty.removeIf(value -> found.getLong(values.indexOf(value)) == 0);
        return new Counts(nonEmpty, found.getLong(values.size()), found.getLong(values.size() + 1));
    }

    /** The rows with a value. */
    Dataset<Row> of(String value, Dataset<Row> batch) {
        return batch.where(is(batch, value));
    }

    /** The rows with another value, or without one. */
    Dataset<Row> others(Dataset<Row> batch) {
        return batch.where(isOther(batch));
    }

    private Column is(Dataset<Row> batch, String value) {
        return text(batch).equalTo(lit(value));
    }

    private Column isOther(Dataset<Row> batch) {
        return coalesce(text(batch).isin(values.toArray()), lit(false)).equalTo(lit(false));
    }

    /** Letter by letter, whatever the collation of the column. */
    private Column text(Dataset<Row> batch) {
        return Columns.named(batch, column).cast("string");
    }

    /**
     * Rows of a batch.
     *
     * @param nonEmpty the values that occur
     * @param others the number of rows with another value, or without one
     * @param nulls how many of these have none
     */
    record Counts(List<String> nonEmpty, long others, long nulls) {}
}
