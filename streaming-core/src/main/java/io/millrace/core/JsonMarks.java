package io.millrace.core;

import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.DeadLetterColumns;
import io.millrace.core.internal.json.JsonField;
import io.millrace.core.internal.json.JsonParsed;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * {@link JsonFields} before branches, so that each document is read once for all of them. As a transform it gives all
 * rows, with their fields and the column {@code malformed}: NULL for a good row, else a struct of the record and the
 * reason. In the branches, {@link #good()} and {@link #malformed()} take the rows apart. Immutable.
 *
 * <pre>{@code
 * JsonMarks orders = Transforms.jsonFields("value").string("id", "$.id").mark();
 * Pipeline.named("orders")
 *         .from(kafka)
 *         .via(orders)
 *         .to(Sinks.several("malformed", orders.malformed(), letters).and("table", orders.good(), table));
 * }</pre>
 */
public final class JsonMarks extends Step {
    private static final String MARK = MarkedRows.MARK;

    private final String column;
    private final List<JsonField> fields;

    JsonMarks(String column, List<JsonField> fields) {
        this.column = column;
        this.fields = fields;
    }

    /** The good rows of those that are marked, without the mark. */
    public Transform good() {
        return MarkedRows.good(this, "mark");
    }

    /**
     * The malformed rows of those that are marked: {@code value} (the original bytes), {@code key}, {@code topic},
     * {@code partition}, {@code offset}, {@code timestamp}, {@code headers} if the source has them, {@code reason}. A
     * column that the source does not have is NULL.
     */
    public Transform malformed() {
        return MarkedRows.malformed(this, "mark");
    }

    @Override
    public String describe() {
        return JsonFields.describe(column, fields) + ".mark()";
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
    List<Problem> clashes(Dataset<Row> rows) {
        boolean isField = fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(MARK));
        return isField || Columns.find(rows, MARK).isPresent()
                ? List.of(new Problem(
                        "mark",
                        MARK,
                        "the rows have a column of this name already",
                        "Rename it in an earlier step, or give the field another name."))
                : List.of();
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        JsonParsed parsed = JsonParsed.of(rows, column, fields);
        Dataset<Row> marked = parsed.rows()
                .withColumn(
                        MARK,
                        when(
                                parsed.reason().isNotNull(),
                                struct(DeadLetterColumns.of(parsed.rows(), column, parsed.reason()))));
        Dataset<Row> all = new JsonParsed(marked, fields, parsed.struct())
                .withMalformedOnce()
                .columns();
        Stream<String> others = Stream.of(all.columns()).filter(name -> !name.equals(MARK));
        return all.select(Stream.concat(others, Stream.of(MARK))
                .map(name -> Columns.named(all, name))
                .toArray(Column[]::new));
    }
}
