package io.millrace.core.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of an array as rows: each element by a {@link JsonReader}, as if it were a document, so that a
 * field of an element has the value that it would have there. For one thread: its state is reused from row to row.
 */
final class JsonItems {
    /** An element may be a string or a number, and a document is a container: each is read as a member of one. */
    private static final byte[] BEFORE = "{\"e\":".getBytes(StandardCharsets.UTF_8);

    private final JsonField array;
    private final StructType type;
    private final JsonReader reader;
    private final JsonConversion[] conversions;
    private byte[] bytes = {};
    private @Nullable String reasons;

    JsonItems(JsonField array, ZoneId zone) {
        this.array = array;
        type = type(array.items());
        reader = new JsonReader(
                array.items().stream().map(JsonItems::inMember).toList(),
                array.items().stream().map(field -> field.type().numbers()).toList());
        conversions = array.items().stream()
                .map(field -> new JsonConversion(field.type(), zone))
                .toArray(JsonConversion[]::new);
    }

    /** A struct of the value of each field, named {@code 0} and so on. */
    static StructType type(List<JsonField> fields) {
        StructType type = new StructType();
        for (int field = 0; field < fields.size(); field++) {
            type = type.add(String.valueOf(field), fields.get(field).type().column());
        }
        return type;
    }

    private static JsonPath inMember(JsonField field) {
        JsonPath path = field.path();
        if (field.type().equals(JsonType.POSITION)) {
            return new JsonPath(path.text(), List.of(new JsonPath.Name("none")));
        }
        Stream<JsonPath.Step> steps = Stream.concat(Stream.of(new JsonPath.Name("e")), path.steps().stream());
        return new JsonPath(path.text(), steps.toList());
    }

    /** The rows of {@code json}; NULL for null. One row of NULLs if it is not an array. */
    @Nullable ArrayData read(byte[] json) {
        reasons = null;
        List<InternalRow> rows = new ArrayList<>();
        if (json[0] == '[') {
            addElements(json, rows);
        } else if (json[0] == 'n') {
            return null;
        } else {
            reasons = array.path().text() + " is not an array";
            rows.add(new SpecificInternalRow(type));
        }
        return new GenericArrayData(rows.toArray());
    }

    /** What is wrong with the elements of the last array; NULL if nothing is. */
    @Nullable String reasons() {
        return reasons;
    }

    /** One row of NULLs. */
    ArrayData unknown() {
        return new GenericArrayData(new Object[] {new SpecificInternalRow(type)});
    }

    private void addElements(byte[] json, List<InternalRow> rows) {
        bytes = JsonBytes.padded(json, bytes);
        int at = JsonBytes.afterSpace(bytes, 1);
        while (bytes[at] != ']') {
            int end = JsonBytes.afterValue(bytes, at, JsonScanner.DEEPEST);
            int next = end == JsonBytes.NOT_PLAIN ? end : JsonBytes.afterSpace(bytes, end);
            if (next == JsonBytes.NOT_PLAIN || (bytes[next] != ',' && bytes[next] != ']')) {
                rows.clear();
                reasons = null;
                addByTokens(json, rows);
                return;
            }
            rows.add(row(document(bytes, at, end), rows.size()));
            at = bytes[next] == ',' ? JsonBytes.afterSpace(bytes, next + 1) : next;
        }
    }

    private static byte[] document(byte[] bytes, int from, int end) {
        byte[] document = new byte[BEFORE.length + end - from + 1];
        System.arraycopy(BEFORE, 0, document, 0, BEFORE.length);
        System.arraycopy(bytes, from, document, BEFORE.length, end - from);
        document[document.length - 1] = '}';
        return document;
    }

    /** The same for an array that is not plain. */
    private void addByTokens(byte[] json, List<InternalRow> rows) {
        try (JsonParser parser = JsonSyntax.parser(json)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                ByteArrayOutputStream element = new ByteArrayOutputStream();
                try (JsonGenerator to = JsonSyntax.FACTORY.createGenerator(element)) {
                    JsonText.copyWithDigits(parser, to);
                }
                byte[] text = element.toByteArray();
                rows.add(row(document(text, 0, text.length), rows.size()));
            }
        } catch (JsonProcessingException e) {
            add(array.path().text() + " cannot be taken apart");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InternalRow row(byte[] document, int position) {
        SpecificInternalRow row = new SpecificInternalRow(type);
        reader.read(document);
        String malformed = reader.malformed();
        if (malformed != null) {
            add(array.path().text() + "[" + position + "]: " + malformed);
        }
        for (int field = 0; field < conversions.length; field++) {
            JsonField column = array.items().get(field);
            byte[] text = reader.value(field);
            if (column.type().kind() == JsonType.Kind.POSITION) {
                row.setInt(field, position);
            } else if (text == null) {
                row.setNullAt(field);
            } else if (!conversions[field].set(text, row, field)) {
                String shown = UTF8String.fromBytes(text).toString();
                add(array.path().text() + "[" + position + "]: " + column.type().reason(column.name(), shown));
            }
        }
        return row;
    }

    private void add(String reason) {
        reasons = reasons == null ? reason : reasons + "; " + reason;
    }
}
