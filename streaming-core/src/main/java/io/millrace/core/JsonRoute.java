package io.millrace.core;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.internal.DeadLetterColumns;
import io.millrace.core.internal.json.JsonField;
import io.millrace.core.internal.json.JsonParsed;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * {@link JsonFields} that separates good rows from malformed ones. As a transform it gives the good rows, with their
 * fields; {@link #malformed()} gives the others. Each of the two is a query of its own and reads each document once; in
 * branches on one read, {@link JsonFields#mark} reads it once for both. Immutable.
 *
 * <pre>{@code
 * JsonRoute hits = Transforms.jsonFields("value").string("zip", "$.zip").route();
 * Dataset<Row> good = kafka.transform(hits);
 * Dataset<Row> malformed = kafka.transform(hits.malformed());
 * }</pre>
 */
public final class JsonRoute extends Step {
    private final String column;
    private final List<JsonField> fields;

    JsonRoute(String column, List<JsonField> fields) {
        this.column = column;
        this.fields = fields;
    }

    /**
     * The malformed rows, for any sink: {@code value} (the original bytes), {@code key}, {@code topic},
     * {@code partition}, {@code offset}, {@code timestamp}, {@code headers} if the input has them, {@code reason}. A
     * column that the input does not have is NULL.
     */
    public Transform malformed() {
        return Step.of(
                Call.described(describe() + ".malformed()", column, fields),
                needs(),
                rows -> malformed(JsonParsed.of(rows, column, fields)));
    }

    @Override
    public String describe() {
        return JsonFields.describe(column, fields) + ".route()";
    }

    @Override
    Object key() {
        return List.of(column, fields);
    }

    @Override
    List<ColumnNeed> needs() {
        return List.of(ColumnNeed.text("jsonFields", column));
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        JsonParsed parsed = JsonParsed.of(rows, column, fields);
        return parsed.where(parsed.isGood()).columns();
    }

    /** All rows, or an error at the first malformed one. */
    static Dataset<Row> refusing(JsonParsed parsed, String who) {
        Column message = concat(lit(who + ": "), parsed.reason(), place(parsed.rows()));
        return parsed.where(when(parsed.isGood(), true)
                        .otherwise(raise_error(message).cast(DataTypes.BooleanType)))
                .columns();
    }

    private Dataset<Row> malformed(JsonParsed parsed) {
        Dataset<Row> rows = parsed.where(not(parsed.isGood())).rows();
        return rows.select(DeadLetterColumns.of(rows, column, parsed.reason()));
    }

    private static Column place(Dataset<Row> rows) {
        Column place = concat(
                lit(" (topic "),
                DeadLetterColumns.ofKafka(rows, "topic", DataTypes.StringType),
                lit(", partition "),
                DeadLetterColumns.ofKafka(rows, "partition", DataTypes.IntegerType),
                lit(", offset "),
                DeadLetterColumns.ofKafka(rows, "offset", DataTypes.LongType),
                lit(")"));
        return coalesce(place, lit(""));
    }
}
