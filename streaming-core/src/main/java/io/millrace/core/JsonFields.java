package io.millrace.core;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.TypeNames;
import io.millrace.core.internal.json.JsonField;
import io.millrace.core.internal.json.JsonParsed;
import io.millrace.core.internal.json.JsonPath;
import io.millrace.core.internal.json.JsonType;
import io.millrace.core.internal.spark.SparkLine;
import io.millrace.core.internal.spark.SparkVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;

/**
 * Fields of a JSON document as columns; each document is read once, however many fields there are. In: a column of
 * documents, binary or string. Out: all columns, and the fields, each of which replaces a column of its name. A text is
 * that of {@code get_json_object}; a typed field is the value in the document, a number by its digits. A row is
 * malformed if its document is not JSON or a typed field does not convert; see {@link #nullify}, {@link #fail},
 * {@link #route} and {@link #mark}. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Transforms.jsonFields("value")
 *         .string("zip", "$.address.zip")
 *         .decimal("price", "$.price", 10, 2)
 *         .timestamp("hittime", "$.hittime")
 * }</pre>
 */
public final class JsonFields extends Step {
    /** In place of a column, for the fields of the elements of an array. */
    private static final String ELEMENT = "<element>";

    private final String column;
    final List<JsonField> fields;
    private final boolean failing;

    JsonFields(String column, List<JsonField> fields, boolean failing) {
        this.column = column;
        this.fields = List.copyOf(fields);
        this.failing = failing;
    }

    /**
     * The text of a string without its quotes, of anything else as JSON; NULL if nothing or a null is found. A number
     * with a fraction or an exponent is the text of a double, so that {@code 12345678.9} is {@code 1.23456789E7}; use
     * {@link #decimal} for its digits.
     */
    public JsonFields string(String name, String path) {
        return with("string", name, path, JsonType.TEXT);
    }

    /**
     * A whole number of 32 bits, in any notation: {@code 7}, {@code 7.0}, {@code 7e0}. A number with a fraction does
     * not convert.
     */
    public JsonFields integer(String name, String path) {
        return with("integer", name, path, JsonType.INTEGER);
    }

    /**
     * A whole number of 64 bits, in any notation: {@code 7}, {@code 7.0}, {@code 7e0}. A number with a fraction does
     * not convert.
     */
    public JsonFields bigint(String name, String path) {
        return with("bigint", name, path, JsonType.BIGINT);
    }

    /**
     * A number of up to {@code precision} digits, {@code scale} of them after the point: those of the document, rounded
     * half up to {@code scale} if it has more.
     */
    public JsonFields decimal(String name, String path, int precision, int scale) {
        Arguments.required("decimal", "name", name);
        Arguments.required("decimal", "path", path);
        if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
            throw new IllegalArgumentException("decimal(" + name + ", " + path + ", " + precision + ", " + scale
                    + "): Spark has decimals of 1 to 38 digits, of which none to all are after the point."
                    + " Choose a precision and a scale within these bounds.");
        }
        return with("decimal", name, path, JsonType.decimal(precision, scale));
    }

    /** The double nearest to the number. A number beyond the doubles, such as {@code 1e400}, does not convert. */
    public JsonFields doublePrecision(String name, String path) {
        return with("doublePrecision", name, path, JsonType.DOUBLE);
    }

    /** A boolean. */
    public JsonFields bool(String name, String path) {
        return with("bool", name, path, JsonType.BOOL);
    }

    /**
     * A timestamp from text such as {@code 2026-03-01T10:00:00Z}, in the years 0001 to 9999; without a zone, in that of
     * the session. A text without year, month and day does not convert, nor does a number: use {@link #epochSeconds},
     * {@link #epochMillis} or {@link #epochMicros}.
     */
    public JsonFields timestamp(String name, String path) {
        return with("timestamp", name, path, JsonType.TIMESTAMP);
    }

    /** The instant this many seconds, or fractions of them, after 1970-01-01T00:00:00Z, in the years 0001 to 9999. */
    public JsonFields epochSeconds(String name, String path) {
        return with("epochSeconds", name, path, JsonType.epoch(JsonType.Kind.EPOCH_SECONDS));
    }

    /**
     * The instant this many milliseconds, or fractions of them, after 1970-01-01T00:00:00Z, in the years 0001 to 9999.
     */
    public JsonFields epochMillis(String name, String path) {
        return with("epochMillis", name, path, JsonType.epoch(JsonType.Kind.EPOCH_MILLIS));
    }

    /** The instant this many microseconds after 1970-01-01T00:00:00Z, in the years 0001 to 9999. */
    public JsonFields epochMicros(String name, String path) {
        return with("epochMicros", name, path, JsonType.epoch(JsonType.Kind.EPOCH_MICROS));
    }

    /** A date from text such as {@code 2026-03-01}, in the years 0001 to 9999. A time of day after it is left out. */
    public JsonFields date(String name, String path) {
        return with("date", name, path, JsonType.DATE);
    }

    /**
     * An object or an array as JSON without white space: the same as {@link #string}, under the name of what it gives.
     */
    public JsonFields json(String name, String path) {
        return with("json", name, path, JsonType.TEXT);
    }

    /**
     * A value of any type as a VARIANT: as {@code parse_json} of the part of the document, and NULL for null. A part
     * that {@code parse_json} refuses, as one with two equal names in an object, makes the row malformed. Later steps
     * take it apart by {@code try_variant_get}; {@code variant_get} ends the query at a value of another type, and its
     * error shows the value.
     *
     * @throws UnsupportedOperationException on Spark 3.5, which has no variants
     */
    public JsonFields variant(String name, String path) {
        Arguments.required("variant", "name", name);
        Arguments.required("variant", "path", path);
        DataType type = SparkLine.variant()
                .orElseThrow(
                        () -> SparkVersion.needs4("variant(" + name + ", " + path + ")", "VARIANT", "Use json(...)."));
        return with("variant", name, path, JsonType.variant(type));
    }

    /**
     * A value of any type, also an array, a struct or a map. Each value in these is converted as by the call for its
     * type, such as {@link #integer}, and one that does not convert makes the row malformed, as do two equal keys of a
     * map; null, and a field of a struct that the document does not have, is NULL. A number for a string has the digits
     * of the document. A path with {@code [*]} gives an array of all values that it finds, also of a single one, and
     * NULL if it finds none.
     *
     * @throws IllegalArgumentException if a document cannot hold such a value, such as a map whose keys are numbers or
     *     bytes; if a struct has two fields whose names differ by case alone; if the path has a {@code [*]} and the
     *     type is a struct or a map
     */
    public JsonFields field(String name, String path, DataType type) {
        Arguments.required("field", "name", name);
        Arguments.required("field", "path", path);
        Arguments.required("field", "type", type);
        JsonPath parsed = JsonPath.parse("field(" + name, path);
        return with("field", name, path, JsonType.of("field(" + name + ", " + path + ")", parsed, type));
    }

    /** As {@link #field(String, String, DataType)}, with a type of SQL: {@code ARRAY<STRUCT<sku STRING, n INT>>}. */
    public JsonFields field(String name, String path, String type) {
        Arguments.required("field", "name", name);
        Arguments.required("field", "path", path);
        String call = "field(" + name + ", " + path + ", " + Arguments.required("field", "type", type) + ")";
        return field(name, path, TypeNames.parsed(call, type));
    }

    /**
     * A row for each element of the array at {@code path}, which ends with {@code [*]}: the fields of {@code items},
     * whose paths start at the element, with the other columns repeated. An element that is null, or has none of the
     * fields, is a row as well. A document without such an array, or with an empty one, gives no row, as a tombstone
     * does; one that is not JSON still gives one. A record is malformed as a whole if a value of one of its elements
     * does not convert, so that it can be corrected and read again without its other elements being written twice.
     *
     * <pre>{@code
     * each("$.items[*]", item -> item.position("line").string("sku", "$.sku").integer("pieces", "$.pieces"))
     * }</pre>
     *
     * @throws IllegalArgumentException if there is an array already, or if the path does not end with its only
     *     {@code [*]}
     */
    public JsonFields each(String path, UnaryOperator<JsonFields> items) {
        return each("each", path, items);
    }

    /**
     * As {@link #each}, and a document without such an array, or with an empty one, gives one row, with NULL in the
     * fields of {@code items}.
     */
    public JsonFields eachOuter(String path, UnaryOperator<JsonFields> items) {
        return each(JsonParsed.OUTER, path, items);
    }

    /**
     * The place of the element in its array, from 0: for the fields of {@link #each} only. Together with the key of the
     * document it is a key of the row.
     */
    public JsonFields position(String name) {
        Arguments.required("position", "name", name);
        if (!column.equals(ELEMENT)) {
            throw new IllegalArgumentException("position(" + name + "): a document has no position. Call it for the"
                    + " elements of an array, in each(...).");
        }
        return with("position", name, "$", JsonType.POSITION);
    }

    private JsonFields each(String verb, String path, UnaryOperator<JsonFields> items) {
        Arguments.required(verb, "path", path);
        Arguments.required(verb, "items", items);
        String call = verb + "(" + path;
        JsonPath array = JsonPath.parse(verb + "(items", path)
                .ofElements()
                .orElseThrow(() -> new IllegalArgumentException(call
                        + ", ..): the path names the elements of one array. End it with [*], as in $.items[*], and use"
                        + " [*] nowhere else."));
        JsonFields chosen = items.apply(new JsonFields(ELEMENT, List.of(), false));
        List<JsonField> columns = chosen.fields;
        if (chosen.failing) {
            throw new IllegalArgumentException(
                    call + ", ..): a record is malformed as a whole. Call fail() after it, for" + " the document.");
        }
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(call
                    + ", ..): no field of an element is named. Name one, such as item.string(\"sku\", \"$.sku\").");
        }
        if (Stream.concat(fields.stream(), columns.stream()).anyMatch(JsonField::isItems)) {
            throw new IllegalArgumentException(call + ", ..): a document is taken apart at one array. Keep the other as"
                    + " json(...), and take that apart in a second step.");
        }
        columns.forEach(column -> requireFree(call + ", ..): " + column.name() + ": ", column.name()));
        List<JsonField> more = new ArrayList<>(fields);
        more.add(JsonField.items(verb, array, columns));
        return new JsonFields(column, more, failing);
    }

    /**
     * Keeps malformed rows, which is the default: every field is NULL if the document is not JSON, else those that do
     * not convert. Malformed rows are still counted for each batch, in the log and by {@link Health}.
     */
    public JsonFields nullify() {
        return new JsonFields(column, fields, false);
    }

    /**
     * Stops the query at the first malformed row. The error has the reason and, if the rows have them, topic, partition
     * and offset, never the content of the document.
     */
    public JsonFields fail() {
        return new JsonFields(column, fields, true);
    }

    /** Separates good rows from malformed ones. */
    public JsonRoute route() {
        return new JsonRoute(column, fields);
    }

    /** Marks malformed rows, so that branches on one read take good and malformed rows apart. */
    public JsonMarks mark() {
        return new JsonMarks(column, fields);
    }

    @Override
    public String describe() {
        return describe(column, fields) + (failing ? ".fail()" : "");
    }

    @Override
    Object key() {
        return List.of(column, fields, failing);
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

    private void requireFree(String call, String name) {
        fields.stream()
                .flatMap(field -> field.isItems() ? field.items().stream() : Stream.of(field))
                .filter(field -> field.name().equalsIgnoreCase(name))
                .findFirst()
                .ifPresent(field -> {
                    throw new IllegalArgumentException(call + "there is a field " + field.name() + " already ("
                            + describe() + "), and names do not differ by case alone. Give one of them another name.");
                });
    }

    private JsonFields with(String verb, String name, String path, JsonType type) {
        Arguments.required(verb, "name", name);
        Arguments.required(verb, "path", path);
        requireFree(verb + "(" + name + ", " + path + "): ", name);
        List<JsonField> more = new ArrayList<>(fields);
        more.add(new JsonField(verb, name, JsonPath.parse(verb + "(" + name, path), type));
        return new JsonFields(column, more, failing);
    }
}
