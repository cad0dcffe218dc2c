package io.millrace.core.internal.json;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.transform_keys;
import static org.apache.spark.sql.functions.transform_values;
import static org.apache.spark.sql.functions.translate;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.internal.Finding;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Columns as a JSON document, by Spark's {@code to_json}, so that no two values become one text: a timestamp has six
 * digits of a second and is in UTC, whatever the time zone of the session, and so is the key of a map. For
 * {@code ToJson} and for sinks that write documents.
 */
public final class JsonDocument {
    private static final String TIME = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS";
    private static final Map<String, String> OPTIONS =
            Map.of("timestampFormat", TIME + "XXX", "timestampNTZFormat", TIME, "timeZone", "UTC");

    private JsonDocument() {}

    /** The document of {@code fields}, columns of {@code rows}; a NULL leaves its field out. */
    public static Column of(Dataset<Row> rows, Column... fields) {
        StructField[] types = rows.select(fields).schema().fields();
        return to_json(
                struct(IntStream.range(0, fields.length)
                        .mapToObj(index -> withTextKeys(fields[index], types[index]))
                        .toArray(Column[]::new)),
                OPTIONS);
    }

    /** The text of a timestamp or a date as a document has it, without quotes; NULL of NULL. */
    public static Column text(Column time) {
        return when(time.isNotNull(), translate(to_json(array(time), OPTIONS), "[\"]", ""));
    }

    public static boolean isTime(DataType type) {
        return type instanceof TimestampType || type instanceof TimestampNTZType || type instanceof DateType;
    }

    /** Why rows of {@code schema} cannot be written as a document without loss. */
    public static Optional<Finding> problem(String call, StructType schema) {
        return problem(call, "", schema);
    }

    private static Optional<Finding> problem(String call, String path, DataType type) {
        if (type instanceof StructType fields) {
            return twice(call, path, fields)
                    .or(() -> Arrays.stream(fields.fields())
                            .map(field ->
                                    problem(call, path + (path.isEmpty() ? "" : ".") + field.name(), field.dataType()))
                            .flatMap(Optional::stream)
                            .findFirst());
        }
        if (type instanceof ArrayType elements) {
            return problem(call, path, elements.elementType());
        }
        return type instanceof MapType map
                ? keys(call, path, map).or(() -> problem(call, path, map.valueType()))
                : shape(call, path, type);
    }

    /** Spark 4 has these types, and its {@code to_json} fails at their first value. */
    private static Optional<Finding> shape(String call, String path, DataType type) {
        String name = type.catalogString();
        return name.startsWith("geography") || name.startsWith("geometry")
                ? Optional.of(new Finding(
                        call,
                        path,
                        "it is a " + name + ", which a document cannot hold",
                        "Convert it with st_asbinary first, or drop it."))
                : Optional.empty();
    }

    private static Optional<Finding> twice(String call, String path, StructType fields) {
        Set<String> seen = new HashSet<>();
        return Arrays.stream(fields.fieldNames())
                .filter(name -> !seen.add(name))
                .findFirst()
                .map(name -> new Finding(
                        call,
                        path.isEmpty() ? name : path + "." + name,
                        "the rows have two " + (path.isEmpty() ? "columns" : "fields")
                                + " of this name, and a document cannot",
                        "Rename one of them, or name the columns to take."));
    }

    private static Optional<Finding> keys(String call, String path, MapType map) {
        DataType key = map.keyType();
        boolean hasText = !(key instanceof BinaryType || key instanceof StructType || key instanceof ArrayType);
        return hasText
                ? Optional.empty()
                : Optional.of(new Finding(
                        call,
                        path,
                        "the keys of this map are " + key.simpleString() + ", which cannot be names in a document",
                        "Make them text first with transform_keys."));
    }

    private static Column withTextKeys(Column column, StructField field) {
        return hasTimeKeys(field.dataType())
                ? withTextKeys(column, field.dataType()).as(field.name())
                : column;
    }

    private static Column withTextKeys(Column value, DataType type) {
        if (!hasTimeKeys(type)) {
            return value;
        }
        if (type instanceof ArrayType elements) {
            return transform(value, element -> withTextKeys(element, elements.elementType()));
        }
        if (type instanceof MapType map) {
            Column values = transform_values(value, (key, one) -> withTextKeys(one, map.valueType()));
            return isTime(map.keyType()) ? transform_keys(values, (key, one) -> text(key)) : values;
        }
        Column[] fields = Arrays.stream(((StructType) type).fields())
                .map(field -> withTextKeys(value.getField(field.name()), field.dataType())
                        .as(field.name()))
                .toArray(Column[]::new);
        return when(value.isNotNull(), struct(fields));
    }

    private static boolean hasTimeKeys(DataType type) {
        if (type instanceof MapType map) {
            return isTime(map.keyType()) || hasTimeKeys(map.valueType());
        }
        if (type instanceof ArrayType elements) {
            return hasTimeKeys(elements.elementType());
        }
        return type instanceof StructType fields
                && Arrays.stream(fields.fields()).map(StructField::dataType).anyMatch(JsonDocument::hasTimeKeys);
    }
}
