package io.millrace.core.internal.json;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.RowCount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Rows with a struct of the fields of their documents, until {@link #columns} replaces it by the fields.
 *
 * @param struct the name of the struct
 */
public record JsonParsed(Dataset<Row> rows, List<JsonField> fields, String struct) {
    /** {@code rows} with a struct of {@code fields} of the documents in {@code column}. */
    public static JsonParsed of(Dataset<Row> rows, String column, List<JsonField> fields) {
        Column bytes = Columns.at(rows, column).cast(DataTypes.BinaryType);
        String zone = rows.sparkSession().conf().get("spark.sql.session.timeZone");
        RowCount malformed = RowCount.malformed(rows.sparkSession(), "jsonFields(" + column + ")");
        String struct = freeName(rows);
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

    /** The original columns, and the fields. */
    public Dataset<Row> columns() {
        Dataset<Row> replaced = rows;
        List<Column> added = new ArrayList<>(List.of(col("*")));
        for (int position = 0; position < fields.size(); position++) {
            String name = fields.get(position).name();
            Column value = col(struct + ".`" + position + "`");
            if (has(rows, name)) {
                replaced = replaced.withColumn(name, value);
            } else {
                added.add(value.as(name));
            }
        }
        return replaced.select(added.toArray(Column[]::new)).drop(struct);
    }

    /** A name that no column of the user has. */
    private static String freeName(Dataset<Row> rows) {
        String name = "__json_fields";
        while (has(rows, name)) {
            name += "_";
        }
        return name;
    }

    private static boolean has(Dataset<Row> rows, String name) {
        return Arrays.stream(rows.columns()).anyMatch(name::equalsIgnoreCase);
    }
}
