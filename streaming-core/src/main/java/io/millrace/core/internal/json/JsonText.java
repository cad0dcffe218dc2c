package io.millrace.core.internal.json;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes the current value of a parser as Spark does: by the same generator, except for text that is plain ASCII. */
final class JsonText {
    /** How the numbers of a value are written. */
    enum Numbers {
        /** As Spark does, by way of a double if there is a fraction or an exponent. */
        AS_SPARK,
        /** By the digits of the document, if the value is a number. */
        DIGITS,
        /**
         * By the digits of the document, also inside of an array or an object, for a value that is parsed again: a
         * string has its quotes, and {@code [*]} gives an array whatever it finds.
         */
        PART,
        /** As {@code PART}, with the white space and the escapes of the document if it is plain. */
        SLICE;

        /** Whether the text is JSON that is parsed again. */
        boolean isPart() {
            return this == PART || this == SLICE;
        }
    }

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final JsonGenerator generator;

    JsonText(JsonFactory factory) throws IOException {
        generator = factory.createGenerator(written, JsonEncoding.UTF8);
    }

    /** The digits of the current number. */
    static byte[] digits(JsonParser parser) throws IOException {
        return parser.getText().getBytes(StandardCharsets.US_ASCII);
    }

    /** The current value, which may be an object or an array; the parser then stands on its last token. */
    byte[] of(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
            return characters(token, parser);
        }
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token.asByteArray();
        }
        generator.copyCurrentStructure(parser);
        return takeWritten();
    }

    /** The current value as JSON, numbers by their digits. */
    byte[] part(JsonParser parser) throws IOException {
        copyWithDigits(parser, generator);
        return takeWritten();
    }

    /** Copies the current value, numbers by their digits. */
    static void copyWithDigits(JsonParser parser, JsonGenerator to) throws IOException {
        int depth = 0;
        while (true) {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                to.writeNumber(parser.getText());
            } else {
                to.copyCurrentEvent(parser);
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
            parser.nextToken();
        }
    }

    private byte[] characters(JsonToken token, JsonParser parser) throws IOException {
        char[] characters = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int length = parser.getTextLength();
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            char character = characters[from + i];
            if (character >= 0x80) {
                generator.writeRaw(characters, from, length);
                return takeWritten();
            }
            bytes[i] = (byte) character;
        }
        // The one whole number that Spark does not write as it was read.
        boolean minusZero = token == JsonToken.VALUE_NUMBER_INT && length == 2 && bytes[0] == '-' && bytes[1] == '0';
        return minusZero ? new byte[] {'0'} : bytes;
    }

    private byte[] takeWritten() throws IOException {
        generator.flush();
        byte[] bytes = written.toByteArray();
        written.reset();
        return bytes;
    }
}
