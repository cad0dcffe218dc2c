package io.millrace.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Fields of a JSON document as columns; each document is read once, however many fields there are. In: a column of
 * documents, binary or string. Out: all columns, and the fields, each in place of a column of its name. The text of a field
 * is that of {@code get_json_object}; a typed field is that text under the session's {@code cast}. A row is malformed if
 * its document is not JSON or a typed field does not convert; then {@link #nullify}, {@link #fail} or {@link #route}.
 * Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Transforms.jsonFields("value")
 *         .string("zip", "$.address.zip")
 *         .decimal("price", "$.price", 10, 2)
 *         .timestamp("hittime", "$.hittime")
 * }</pre>
 */
public final class JsonFields extends Step {
    private final String column;
    private final List<JsonField> fields;
    private final boolean failing;

    JsonFields(String column, List<JsonField> fields, boolean failing) {
        this.column = column;
        this.fields = List.copyOf(fields);
        this.failing = failing;
    }

    /** The text of a string without its quotes, of anything else as JSON; NULL where nothing or a null is found. */
    public JsonFields string(String name, String path) {
        return with("string", name, path, DataTypes.StringType);
    }

    /** A whole number of 32 bits. */
    public JsonFields integer(String name, String path) {
        return with("integer", name, path, DataTypes.IntegerType);
    }

    /** A whole number of 64 bits. */
    public JsonFields bigint(String name, String path) {
        return with("bigint", name, path, DataTypes.LongType);
    }

    /** A number of up to {@code precision} digits, {@code scale} of them behind the point, to which it is rounded. */
    public JsonFields decimal(String name, String path, int precision, int scale) {
        if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
            throw new IllegalArgumentException("decimal(" + name + ", " + path + ", " + precision + ", " + scale
                    + "): Spark has decimals of 1 to 38 digits, of which none to all are behind the point."
                    + " Choose a precision and a scale in these bounds.");
        }
        return with("decimal", name, path, DataTypes.createDecimalType(precision, scale));
    }

    /** A double. */
    public JsonFields real(String name, String path) {
        return with("real", name, path, DataTypes.DoubleType);
    }

    /** A boolean. */
    public JsonFields bool(String name, String path) {
        return with("bool", name, path, DataTypes.BooleanType);
    }

    /** A timestamp from text such as {@code 2026-03-01T10:00:00Z}; without a zone, in that of the session. */
    public JsonFields timestamp(String name, String path) {
        return with("timestamp", name, path, DataTypes.TimestampType);
    }

    /** A date from text such as {@code 2026-03-01}. */
    public JsonFields date(String name, String path) {
        return with("date", name, path, DataTypes.DateType);
    }

    /** An object or an array as JSON without white space. Nothing but {@link #string} under the name of what it holds. */
    public JsonFields json(String name, String path) {
        return with("json", name, path, DataTypes.StringType);
    }

    /**
     * Keeps malformed rows: with NULL in every field where the document is not JSON, in the field where one does not
     * convert. The default.
     */
    public JsonFields nullify() {
        return new JsonFields(column, fields, false);
    }

    /**
     * Stops the query at the first malformed row, with the reason and, where the rows have them, topic, partition and
     * offset; never with what the document says.
     */
    public JsonFields fail() {
        return new JsonFields(column, fields, true);
    }

    /** Parts good rows from malformed ones. */
    public JsonRoute route() {
        return new JsonRoute(column, fields);
    }

    @Override
    public String describe() {
        return describe(column, fields) + (failing ? ".fail()" : "");
    }

    @Override
    List<ColumnNeed> needs() {
        return List.of(ColumnNeed.text("jsonFields", column));
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        JsonParsed parsed = JsonParsed.of(rows, column, fields);
        return failing ? JsonRoute.refusing(parsed, describe()) : parsed.columns();
    }

    static String describe(String column, List<JsonField> fields) {
        return "jsonFields(" + column + ")"
                + fields.stream().map(JsonField::describe).collect(Collectors.joining());
    }

    private JsonFields with(String verb, String name, String path, DataType type) {
        if (fields.stream().anyMatch(field -> field.name().equals(name))) {
            throw new IllegalArgumentException(verb + "(" + name + ", " + path + "): there is a field " + name
                    + " already (" + describe() + "). Give one of them another name.");
        }
        List<JsonField> more = new ArrayList<>(fields);
        more.add(new JsonField(
                verb, name, JsonPath.parse(verb + "(" + name, path), type, JsonParsed.text(fields.size())));
        return new JsonFields(column, more, failing);
    }
}
