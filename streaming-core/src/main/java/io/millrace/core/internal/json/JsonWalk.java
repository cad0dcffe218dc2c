package io.millrace.core.internal.json;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.core.internal.json.JsonText.Numbers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks one path through one document, as {@code get_json_object} of Spark 3.5 does: the same text byte for byte. The
 * stack is as deep as the path is long, while Spark's grows with the index of an element and with arrays in arrays; and
 * it does not use the table of names that all of Spark's parsers share.
 */
final class JsonWalk {
    /** How a found value is written. */
    private enum Style {
        /** A string without its quotes. */
        RAW,
        /** As JSON. */
        QUOTED,
        /** As JSON, with the elements of an array in place of the array. */
        FLATTENED
    }

    private final JsonParser parser;
    private final List<JsonPath.Step> path;
    private final Numbers numbers;

    private JsonWalk(JsonParser parser, List<JsonPath.Step> path, Numbers numbers) {
        this.parser = parser;
        this.path = path;
        this.numbers = numbers;
    }

    /**
     * What {@code path} finds, in UTF-8; NULL if it finds nothing or the document is not JSON.
     *
     * @param numbers how numbers are written
     */
    static byte @Nullable [] find(byte[] document, List<JsonPath.Step> path, Numbers numbers) {
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        try (JsonParser parser = JsonSyntax.parser(document);
                JsonGenerator to = JsonSyntax.FACTORY.createGenerator(found, JsonEncoding.UTF8)) {
            parser.nextToken();
            if (!new JsonWalk(parser, path, numbers).isFound(to, numbers.isPart() ? Style.QUOTED : Style.RAW, 0)) {
                return null;
            }
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.toByteArray();
    }

    /** Walks from the current token on by the steps from {@code at} on; whether anything is found, and so written. */
    private boolean isFound(JsonGenerator to, Style style, int at) throws IOException {
        if (at == path.size()) {
            return isWritten(to, style);
        }
        JsonPath.Step step = path.get(at);
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT && step instanceof JsonPath.Name member) {
            return isInMember(to, style, member.name(), at + 1);
        }
        if (token == JsonToken.START_ARRAY && step instanceof JsonPath.Index element) {
            return isInElement(to, style, element.index(), at + 1);
        }
        if (token == JsonToken.START_ARRAY && step instanceof JsonPath.EveryElement) {
            return isInEvery(to, style, at + 1);
        }
        parser.skipChildren();
        return false;
    }

    private boolean isWritten(JsonGenerator to, Style style) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING && style == Style.RAW) {
            to.writeRaw(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            return true;
        }
        if (token == JsonToken.START_ARRAY && style == Style.FLATTENED) {
            return isFlattened(to);
        }
        copy(to);
        return true;
    }

    private void copy(JsonGenerator to) throws IOException {
        if (numbers.isPart()) {
            JsonText.copyWithDigits(parser, to);
        } else if (numbers == Numbers.DIGITS && parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            to.writeNumber(parser.getText());
        } else {
            to.copyCurrentStructure(parser);
        }
    }

    private boolean isFlattened(JsonGenerator to) throws IOException {
        boolean found = false;
        for (int depth = 1; depth > 0; ) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_ARRAY) {
                depth++;
            } else if (token == JsonToken.END_ARRAY) {
                depth--;
            } else {
                copy(to);
                found = true;
            }
        }
        return found;
    }

    /** The first member of this name in which anything is found. */
    private boolean isInMember(JsonGenerator to, Style style, String name, int rest) throws IOException {
        boolean found = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean isWanted = !found && name.equals(parser.currentName());
            if (parser.nextToken() != JsonToken.VALUE_NULL && isWanted) {
                found = isFound(to, style, rest);
            } else {
                parser.skipChildren();
            }
        }
        return found;
    }

    private boolean isInElement(JsonGenerator to, Style style, long index, int rest) throws IOException {
        long left = index;
        while (parser.nextToken() != JsonToken.END_ARRAY && left > 0) {
            parser.skipChildren();
            left--;
        }
        if (parser.currentToken() == JsonToken.END_ARRAY) {
            return false;
        }
        boolean found = isFound(to, isEvery(rest) ? Style.QUOTED : style, rest);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
        }
        return found;
    }

    private boolean isInEvery(JsonGenerator to, Style style, int rest) throws IOException {
        if (numbers.isPart()) {
            return isInEveryOfPart(to, style, rest);
        }
        if (isEvery(rest)) {
            return foundIn(to, Style.FLATTENED, rest + 1) > 0;
        }
        if (style == Style.QUOTED) {
            return foundIn(to, style, rest) > 0;
        }
        StringWriter written = new StringWriter();
        int found;
        try (JsonGenerator array = JsonSyntax.FACTORY.createGenerator(written)) {
            found = foundIn(array, style == Style.RAW ? Style.QUOTED : style, rest);
        }
        String array = written.toString();
        if (found > 0) {
            to.writeRawValue(found > 1 ? array : array.substring(1, array.length() - 1));
        }
        return found > 0;
    }

    /** Always an array, and nothing at all if nothing is found. */
    private boolean isInEveryOfPart(JsonGenerator to, Style style, int rest) throws IOException {
        // Bytes, in which half a surrogate pair stays the escape that it is in the document.
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        int found;
        try (JsonGenerator array = JsonSyntax.FACTORY.createGenerator(written, JsonEncoding.UTF8)) {
            found = isEvery(rest) ? foundIn(array, Style.FLATTENED, rest + 1) : foundIn(array, style, rest);
        }
        if (found > 0) {
            to.writeRawValue(written.toString(StandardCharsets.UTF_8));
        }
        return found > 0;
    }

    /** Writes an array of what is found in each element; returns the number of elements with a value. */
    private int foundIn(JsonGenerator to, Style style, int rest) throws IOException {
        int found = 0;
        to.writeStartArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            found += isFound(to, style, rest) ? 1 : 0;
        }
        to.writeEndArray();
        return found;
    }

    private boolean isEvery(int at) {
        return at < path.size() && path.get(at) instanceof JsonPath.EveryElement;
    }
}
