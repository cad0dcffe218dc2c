package io.millrace.core.internal.json;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.explode_outer;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.RowCount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Rows with a struct of the fields of their documents, until {@link #columns} replaces it by the fields.
 *
 * @param struct the name of the struct
 */
public record JsonParsed(Dataset<Row> rows, List<JsonField> fields, String struct) {
    /** The call that gives a row also for a document without elements. */
    public static final String OUTER = "eachOuter";

    /** {@code rows} with a struct of {@code fields} of the documents in {@code column}. */
    public static JsonParsed of(Dataset<Row> rows, String column, List<JsonField> fields) {
        Column bytes = Columns.at(rows, column).cast(DataTypes.BinaryType);
        String zone = rows.sparkSession().conf().get("spark.sql.session.timeZone");
        RowCount malformed = RowCount.malformed(rows.sparkSession(), "jsonFields(" + column + ")");
        String struct = freeName(rows, "__json_fields");
        return new JsonParsed(
                rows.withColumn(struct, SparkJson.struct(bytes, fields, zone, malformed)), fields, struct);
    }

    /** The rows for which {@code condition} is true. */
    public JsonParsed where(Column condition) {
        return new JsonParsed(rows.where(condition), fields, struct);
    }

    /** Whether a row is not malformed; never NULL. */
    public Column isGood() {
        return reason().isNull();
    }

    /** Everything that is wrong with a row; NULL if it is good. */
    public Column reason() {
        return col(struct + "." + SparkJson.MALFORMED);
    }

    /** The same with one row for each malformed document, instead of one for each element that it has. */
    public JsonParsed withMalformedOnce() {
        Optional<Integer> array = arrayOfItems();
        if (array.isEmpty()) {
            return this;
        }
        DataType type = fields.get(array.get()).type().column();
        Column elements =
                when(isGood(), value(array.get())).otherwise(array(lit(null)).cast(type));
        return new JsonParsed(
                rows.withColumn(struct, col(struct).withField("`" + array.get() + "`", elements)), fields, struct);
    }

    /** The original columns, and the fields; a row for each element of an array, if the fields have one. */
    public Dataset<Row> columns() {
        Dataset<Row> taken = rows;
        Optional<Integer> array = arrayOfItems();
        String element = freeName(rows, "__json_element");
        if (array.isPresent()) {
            boolean isOuter = fields.get(array.get()).verb().equals(OUTER);
            Column elements = value(array.get());
            taken = rows.select(col("*"), (isOuter ? explode_outer(elements) : explode(elements)).as(element));
        }
        Dataset<Row> replaced = taken;
        List<Column> added = new ArrayList<>(List.of(col("*")));
        for (int position = 0; position < fields.size(); position++) {
            JsonField field = fields.get(position);
            List<JsonField> columns = field.isItems() ? field.items() : List.of(field);
            for (JsonField column : columns) {
                Column value = field.isItems() ? col(element + ".`" + columns.indexOf(column) + "`") : value(position);
                if (has(rows, column.name())) {
                    replaced = replaced.withColumn(column.name(), value);
                } else {
                    added.add(value.as(column.name()));
                }
            }
        }
        return replaced.select(added.toArray(Column[]::new)).drop(struct, element);
    }

    private Optional<Integer> arrayOfItems() {
        return IntStream.range(0, fields.size())
                .filter(position -> fields.get(position).isItems())
                .boxed()
                .findFirst();
    }

    private Column value(int position) {
        return col(struct + ".`" + position + "`");
    }

    /** A name that no column of the user has. */
    private static String freeName(Dataset<Row> rows, String first) {
        String name = first;
        while (has(rows, name)) {
            name += "_";
        }
        return name;
    }

    private static boolean has(Dataset<Row> rows, String name) {
        return Arrays.stream(rows.columns()).anyMatch(name::equalsIgnoreCase);
    }
}
