package io.millrace.core.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The JSON that {@code get_json_object} accepts: settings of the parser, and why a document is malformed. */
final class JsonSyntax {
    /**
     * Configured as Spark's, except for the table of names: names that collide in it make Jackson fail, and from then
     * on for all parsers that share the table.
     */
    static final JsonFactory FACTORY =
            builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

    private static final int REGISTRY_HEADER = 5;

    private JsonSyntax() {}

    /**
     * A factory whose parsers read bytes quickly, by a table of the names that they have seen: for one reader alone.
     */
    static JsonFactory withNames() {
        // One generator writes many values, one by one.
        return builder().rootValueSeparator((String) null).build();
    }

    private static JsonFactoryBuilder builder() {
        return new JsonFactoryBuilder()
                .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
    }

    /** A parser of characters as Spark's, not of bytes, which would treat a byte order mark in another way. */
    static JsonParser parser(byte[] document) throws IOException {
        return FACTORY.createParser(new InputStreamReader(new ByteArrayInputStream(document), StandardCharsets.UTF_8));
    }

    /** Why {@code document} is not JSON up to the end of its root value, without its content; NULL if it is. */
    static @Nullable String malformed(byte[] document) {
        try (JsonParser parser = parser(document)) {
            return malformed(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The header that a producer with a schema registry puts before a document; NULL if {@code bytes} have none.
     *
     * @param bytes the original bytes, which are not JSON
     */
    static @Nullable String ofRegistry(byte[] bytes) {
        if (bytes.length < REGISTRY_HEADER || bytes[0] != 0) {
            return null;
        }
        return "a record of a schema registry (id "
                + ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt()
                + "), whose first 5 bytes are not JSON. If the rest is, remove them in an earlier step:"
                + " substring(value, 6)";
    }

    private static @Nullable String malformed(JsonParser parser) throws IOException {
        try {
            if (parser.nextToken() == null) {
                return "malformed JSON: there is no value";
            }
            parser.skipChildren();
            return null;
        } catch (JsonProcessingException e) {
            // Not the location of the error, which one about a limit does not have.
            return "malformed JSON at character " + parser.currentLocation().getCharOffset() + ": " + withoutContent(e);
        } catch (RuntimeException e) {
            // One record must not end the query.
            return failed(e);
        }
    }

    /** The reason if Jackson itself failed, whose message may hold content of the document. */
    static String failed(RuntimeException error) {
        return "malformed JSON: the parser failed with " + error.getClass().getName();
    }

    private static String withoutContent(JsonProcessingException e) {
        return e.getOriginalMessage()
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll("'[^']*'", "'...'")
                .replaceAll(" \\(start marker.*", "");
    }
}
