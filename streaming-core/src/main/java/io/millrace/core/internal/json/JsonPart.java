package io.millrace.core.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Converts an array, a struct or a map to Spark's internal form, and what is in it by the rules of a field of its type.
 */
sealed interface JsonPart {
    /** {@code zone} is the time zone of texts without one. */
    static JsonPart of(DataType type, ZoneId zone) {
        if (type instanceof ArrayType array) {
            return new Elements(of(array.elementType(), zone));
        }
        if (type instanceof MapType map) {
            return new Entries(of(map.valueType(), zone));
        }
        return type instanceof StructType struct
                ? Members.of(struct, zone)
                : Leaf.of(JsonType.ofLeaf(type).orElseThrow(), zone);
    }

    /**
     * The value that starts at the current token, which is not null; the parser then stands on its last token.
     *
     * @throws JsonParseException if it does not convert
     */
    Object value(JsonParser parser) throws IOException;

    /** As {@link #value}, and NULL for null. */
    default @Nullable Object orNull(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : value(parser);
    }

    private static void require(boolean fits, JsonParser parser) throws JsonParseException {
        if (!fits) {
            throw new JsonParseException(parser, "A part is not of its type");
        }
    }

    /** Half a surrogate pair, which a document can have as an escape, has no UTF-8. */
    private static UTF8String utf8(String text, JsonParser parser) throws JsonParseException {
        require(
                text.codePoints()
                        .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE),
                parser);
        return UTF8String.fromString(text);
    }

    record Elements(JsonPart element) implements JsonPart {
        @Override
        public Object value(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_ARRAY, parser);
            List<@Nullable Object> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(element.orNull(parser));
            }
            return new GenericArrayData(elements.toArray());
        }
    }

    /** Of two equal keys none is right. */
    record Entries(JsonPart value) implements JsonPart {
        @Override
        public Object value(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_OBJECT, parser);
            Map<UTF8String, @Nullable Object> entries = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                UTF8String key = utf8(parser.currentName(), parser);
                require(!entries.containsKey(key), parser);
                parser.nextToken();
                entries.put(key, value.orNull(parser));
            }
            return new ArrayBasedMapData(
                    new GenericArrayData(entries.keySet().toArray()),
                    new GenericArrayData(entries.values().toArray()));
        }
    }

    /** Of members with the same name, the first that is not null counts, as it does for a path. */
    record Members(Map<String, Integer> positions, List<JsonPart> parts) implements JsonPart {
        static Members of(StructType struct, ZoneId zone) {
            Map<String, Integer> positions = new HashMap<>();
            for (String name : struct.fieldNames()) {
                positions.put(name, positions.size());
            }
            return new Members(
                    positions,
                    Arrays.stream(struct.fields())
                            .map(StructField::dataType)
                            .map(type -> JsonPart.of(type, zone))
                            .toList());
        }

        @Override
        public Object value(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_OBJECT, parser);
            @Nullable Object[] values = new @Nullable Object[parts.size()];
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                Integer position = positions.get(parser.currentName());
                parser.nextToken();
                if (position == null || values[position] != null) {
                    parser.skipChildren();
                } else {
                    values[position] = parts.get(position).orNull(parser);
                }
            }
            return new GenericInternalRow(values);
        }
    }

    /** {@code row} has one column, which takes the value of the last conversion. */
    record Leaf(JsonConversion conversion, DataType type, SpecificInternalRow row) implements JsonPart {
        static Leaf of(JsonType type, ZoneId zone) {
            SpecificInternalRow row = new SpecificInternalRow(new StructType().add("value", type.column()));
            return new Leaf(new JsonConversion(type, zone), type.column(), row);
        }

        @Override
        public Object value(JsonParser parser) throws IOException {
            boolean isJson = conversion.isOfJson() || parser.currentToken().isStructStart();
            String text = isJson ? json(parser) : parser.getText();
            require(conversion.set(utf8(text, parser).getBytes(), row, 0), parser);
            return row.get(0, type);
        }

        private static String json(JsonParser parser) throws IOException {
            StringWriter written = new StringWriter();
            try (JsonGenerator to = JsonSyntax.FACTORY.createGenerator(written)) {
                JsonText.copyWithDigits(parser, to);
            }
            return written.toString();
        }
    }
}
