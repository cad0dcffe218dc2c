package io.millrace.sinks.jdbc.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link RowJson} writes: each value as it was sent, or not at all. A document must have the columns of the
 * schema, no more and no fewer.
 */
public final class RowJsonReader {
    private static final JsonFactory JSON = new JsonFactory();

    private final StructType schema;

    public RowJsonReader(StructType schema) {
        this.schema = schema;
    }

    /** The row, with the types of Spark's newer Java API. */
    public Row row(String text) throws RowJsonException {
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            Row row = struct(parser, schema, "the row");
            if (parser.nextToken() != null) {
                throw new RowJsonException("there is text after the row");
            }
            return row;
        } catch (IOException e) {
            // The message may have a part of the text.
            throw new RowJsonException("it is not JSON, or has a text of more than 20 million characters");
        }
    }

    private static Row struct(JsonParser parser, StructType type, String what) throws IOException, RowJsonException {
        expect(parser, JsonToken.START_OBJECT, what, type);
        Map<String, @Nullable Object> values = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = RowJsonText.read(parser.currentName());
            StructField field = Arrays.stream(type.fields())
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new RowJsonException(what + " has a column \"" + name + "\" besides"));
            parser.nextToken();
            if (values.containsKey(name)) {
                throw new RowJsonException(what + " has the column \"" + name + "\" twice");
            }
            values.put(name, value(parser, field.dataType(), field.nullable(), "column \"" + name + "\""));
        }
        List<@Nullable Object> row = new ArrayList<>();
        for (StructField field : type.fields()) {
            if (!values.containsKey(field.name())) {
                throw new RowJsonException(what + " has no column \"" + field.name() + "\"");
            }
            row.add(values.get(field.name()));
        }
        return RowFactory.create(row.toArray());
    }

    private static @Nullable Object value(JsonParser parser, DataType type, boolean nullable, String what)
            throws IOException, RowJsonException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            if (!nullable) {
                throw new RowJsonException(what + " is NULL");
            }
            return null;
        }
        if (type instanceof StructType struct) {
            return struct(parser, struct, what);
        }
        if (type instanceof ArrayType array) {
            expect(parser, JsonToken.START_ARRAY, what, type);
            List<@Nullable Object> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(value(parser, array.elementType(), array.containsNull(), what));
            }
            return elements;
        }
        return type instanceof MapType map
                ? map(parser, map, what)
                : RowJsonScalar.read(type, parser.currentToken(), parser.getText(), what);
    }

    private static Map<Object, @Nullable Object> map(JsonParser parser, MapType type, String what)
            throws IOException, RowJsonException {
        boolean named = type.keyType() instanceof StringType;
        expect(parser, named ? JsonToken.START_OBJECT : JsonToken.START_ARRAY, what, type);
        JsonToken end = named ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
        Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
        while (parser.nextToken() != end) {
            Object key;
            if (named) {
                key = RowJsonText.read(parser.currentName());
            } else {
                expect(parser, JsonToken.START_ARRAY, what, type);
                parser.nextToken();
                key = value(parser, type.keyType(), false, "a key of " + what);
            }
            parser.nextToken();
            entries.put(key, value(parser, type.valueType(), type.valueContainsNull(), what));
            if (!named) {
                parser.nextToken();
                expect(parser, JsonToken.END_ARRAY, what, type);
            }
        }
        return entries;
    }

    private static void expect(JsonParser parser, JsonToken token, String what, DataType type) throws RowJsonException {
        if (parser.currentToken() != token) {
            throw new RowJsonException(what + " is not of type " + type.typeName());
        }
    }
}
