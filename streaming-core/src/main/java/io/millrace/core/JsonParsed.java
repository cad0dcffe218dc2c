package io.millrace.core;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Rows whose documents are read: the columns that there were, and a struct of what was found, until it is taken out. */
record JsonParsed(Dataset<Row> rows, List<JsonField> fields) {
    private static final String STRUCT = "__json_fields";

    static JsonParsed of(Dataset<Row> rows, String column, List<JsonField> fields) {
        Column bytes = col(column).cast(DataTypes.BinaryType);
        List<JsonPath> paths = fields.stream().map(JsonField::path).toList();
        return new JsonParsed(rows.withColumn(STRUCT, SparkJson.struct(bytes, paths)), fields);
    }

    /** How the text of the field {@code position} is named in {@link #rows}. */
    static String text(int position) {
        return STRUCT + ".`" + position + "`";
    }

    JsonParsed where(Column condition) {
        return new JsonParsed(rows.where(condition), fields);
    }

    /** Never NULL. */
    Column isGood() {
        return fields.stream()
                .filter(field -> !field.isText())
                .map(field -> field.isConverted(rows.sparkSession()))
                .reduce(malformed().isNull(), Column::and);
    }

    /** All that is wrong with a row that is not good. */
    Column reason() {
        Stream<Column> fieldReasons =
                fields.stream().filter(field -> !field.isText()).map(field -> field.reason(rows.sparkSession()));
        Column reasons =
                array(Stream.concat(Stream.of(malformed()), fieldReasons).toArray(Column[]::new));
        return array_join(array_compact(reasons), "; ");
    }

    /** The columns that there were, and the fields. */
    Dataset<Row> columns() {
        Dataset<Row> replaced = rows;
        List<Column> added = new ArrayList<>(List.of(col("*")));
        for (JsonField field : fields) {
            Column value = field.value(rows.sparkSession());
            if (Arrays.stream(rows.columns()).anyMatch(field.name()::equalsIgnoreCase)) {
                replaced = replaced.withColumn(field.name(), value);
            } else {
                added.add(value.as(field.name()));
            }
        }
        return replaced.select(added.toArray(Column[]::new)).drop(STRUCT);
    }

    private static Column malformed() {
        return col(STRUCT + "." + SparkJson.MALFORMED);
    }
}
